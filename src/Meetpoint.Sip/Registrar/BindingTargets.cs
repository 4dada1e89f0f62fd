namespace Meetpoint.Sip.Registrar;

/// <summary>One target of an address-of-record: a client, and the ways to it.</summary>
/// <param name="Binding">The way that is taken first.</param>
/// <param name="Alternates">Other flows of the same instance, one to be tried after the other when the first has failed (RFC 5626 section 5.3).</param>
public sealed record BindingTarget(ContactBinding Binding, IReadOnlyList<ContactBinding> Alternates);

/// <summary>Turns bindings into targets in the order in which they are tried (RFC 3261 section 16.6, RFC 5626 section 5.3).</summary>
public static class BindingTargets
{
    /// <summary>
    /// Groups by q, the highest first; those of one group are tried at once. An instance is one target however many flows it has: by the lowest reg-id
    /// that lives, and of several registrations without reg-id by the newest.
    /// </summary>
    /// <param name="bindings">Of one address-of-record, only those that can be reached now.</param>
    public static IReadOnlyList<IReadOnlyList<BindingTarget>> Order(IEnumerable<ContactBinding> bindings) =>
    [
        .. bindings
            .GroupBy(binding => binding.Instance ?? "\n" + binding.Id, StringComparer.OrdinalIgnoreCase)
            .Select(instance => instance.OrderByDescending(binding => binding.IsOutbound).ThenBy(binding => binding.IsOutbound ? binding.RegId : 0)
                .ThenByDescending(binding => binding.RegisteredMs).ThenBy(binding => binding.Id, StringComparer.Ordinal).ToList())
            .Select(flows => new BindingTarget(flows[0], flows[1..]))
            .GroupBy(target => target.Binding.Q)
            .OrderByDescending(group => group.Key)
            .Select(group => (IReadOnlyList<BindingTarget>)[.. group.OrderByDescending(target => target.Binding.RegisteredMs)]),
    ];
}
