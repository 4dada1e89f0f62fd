using System.Globalization;

namespace Meetpoint.Sip.Registrar;

/// <summary>What one REGISTER does to the bindings of its address-of-record: all of it or nothing (RFC 3261 section 10.3).</summary>
/// <param name="Answer">What it is answered.</param>
/// <param name="Saved">Bindings that are new or refreshed; empty unless it succeeds.</param>
/// <param name="Removed">Bindings that go, those included that had expired.</param>
public sealed record BindingUpdate(RegisterAnswer Answer, IReadOnlyList<ContactBinding> Saved, IReadOnlyList<ContactBinding> Removed)
{
    /// <summary>Value of Supported in every answer.</summary>
    public const string Supported = "path, outbound";

    /// <summary>Applies a request that is known to be allowed.</summary>
    /// <param name="current">All bindings of the address-of-record, expired ones too.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="flow">The flow that it came by.</param>
    /// <param name="policy">What is granted.</param>
    /// <param name="nowMs">Now, in milliseconds of any clock that goes on as long as bindings are kept.</param>
    /// <param name="newId">Makes the id of a new binding.</param>
    /// <remarks>Pure; any thread.</remarks>
    public static BindingUpdate Apply(
        IReadOnlyList<ContactBinding> current, RegisterRequest request, FlowAddress flow, RegistrarPolicy policy, long nowMs, Func<string> newId)
    {
        var removed = current.Where(binding => binding.ExpiresMs <= nowMs).ToList();
        var bindings = current.Where(binding => binding.ExpiresMs > nowMs).OrderBy(binding => binding.RegisteredMs).ToList();
        var saved = new List<ContactBinding>();
        if (request.RemovesAll)
        {
            if (bindings.Exists(binding => IsOutOfOrder(binding, request)))
                return Failed(OutOfOrder);
            return new BindingUpdate(Success([], request, nowMs, null), [], [.. removed, .. bindings]);
        }

        if (CheckOutbound(request) is { } refusal)
            return Failed(refusal);
        foreach (var contact in request.Contacts)
        {
            var isOutbound = IsOutbound(contact, request);
            var seconds = contact.Seconds ?? request.Seconds ?? policy.DefaultSeconds;
            var known = Find(bindings, contact, isOutbound, seconds == 0);
            if (known is not null && IsOutOfOrder(known, request) && !saved.Contains(known))
                return Failed(OutOfOrder);
            if (seconds != 0 && seconds < policy.MinSeconds)
                return Failed(new RegisterAnswer(423, null, ("Min-Expires", policy.MinSeconds.ToString(CultureInfo.InvariantCulture))));
            if (known is not null)
            {
                bindings.Remove(known);
                saved.Remove(known);
            }

            if (seconds == 0)
            {
                if (known is not null)
                    removed.Add(known);
                continue;
            }

            var binding = new ContactBinding
            {
                Id = known?.Id ?? newId(),
                Contact = contact.Uri,
                Parameters = contact.Parameters,
                Q = contact.Q,
                Instance = contact.Instance,
                RegId = contact.RegId,
                IsOutbound = isOutbound,
                Path = request.Path,
                CallId = request.CallId,
                CSeq = request.CSeq,
                RegisteredMs = nowMs,
                ExpiresMs = nowMs + Math.Min(seconds, policy.MaxSeconds) * 1_000,
                Flow = flow,
                UserAgent = request.UserAgent,
            };
            bindings.Add(binding);
            saved.Add(binding);
        }

        if (!MakeRoom(bindings, saved, removed, request, policy))
            return Failed(new RegisterAnswer(403, "Too Many Contacts"));
        int? flowTimer = !saved.Exists(binding => binding.IsOutbound) ? null : request.IsDirect ? policy.FlowTimerSeconds : 0;
        return new BindingUpdate(Success(bindings, request, nowMs, flowTimer), saved, removed);
    }

    static RegisterAnswer OutOfOrder => RegisterAnswer.Bad("CSeq Out Of Order");

    static BindingUpdate Failed(RegisterAnswer answer) => new(answer, [], []);

    static bool IsOutOfOrder(ContactBinding binding, RegisterRequest request) => binding.CallId == request.CallId && request.CSeq <= binding.CSeq;

    static bool AsksForOutbound(RequestedContact contact, RegisterRequest request) => contact.RegId > 0 && request.SupportsOutbound;

    static bool IsOutbound(RequestedContact contact, RegisterRequest request) => AsksForOutbound(contact, request) && request.IsFirstHopOutbound;

    /// <summary>RFC 5626 section 6: one flow a request, and a first hop that keeps it.</summary>
    static RegisterAnswer? CheckOutbound(RegisterRequest request)
    {
        var asking = request.Contacts.Where(contact => AsksForOutbound(contact, request) && (contact.Seconds ?? request.Seconds) != 0).ToList();
        if (asking.Count > 0 && !request.IsFirstHopOutbound)
            return new RegisterAnswer(439, "First Hop Lacks Outbound Support");
        return asking.Count > 1 ? RegisterAnswer.Bad("More Than One Contact With reg-id") : null;
    }

    static ContactBinding? Find(List<ContactBinding> bindings, RequestedContact contact, bool isOutbound, bool isRemoval)
    {
        if (isOutbound)
        {
            return bindings.Find(binding => binding.IsOutbound && binding.RegId == contact.RegId
                && string.Equals(binding.Instance, contact.Instance, StringComparison.OrdinalIgnoreCase));
        }

        var uri = SipUri.Parse(contact.Uri);
        bool IsSame(ContactBinding binding) => binding.Contact == contact.Uri || uri.Equals(SipUri.Parse(binding.Contact));

        // A client that goes may say no more than its URI, however it came.
        return bindings.Find(binding => !binding.IsOutbound && IsSame(binding)) ?? (isRemoval ? bindings.Find(IsSame) : null);
    }

    /// <summary>Over the limit, what a client of the request has left behind goes: each start or connection may have given it another contact.</summary>
    static bool MakeRoom(List<ContactBinding> bindings, List<ContactBinding> saved, List<ContactBinding> removed, RegisterRequest request, RegistrarPolicy policy)
    {
        while (bindings.Count > policy.MaxBindings)
        {
            var left = bindings.Find(binding => !saved.Contains(binding) && saved.Exists(one => binding.IsOfSameClient(one.Instance, request.CallId)));
            if (left is null)
                return false;
            bindings.Remove(left);
            removed.Add(left);
        }

        return true;
    }

    /// <param name="bindings">All that there are now.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="flowTimer">Null where outbound was not used; 0 where the flow is another's to keep.</param>
    static RegisterAnswer Success(List<ContactBinding> bindings, RegisterRequest request, long nowMs, int? flowTimer)
    {
        var headers = new List<(string, string)>();
        foreach (var binding in bindings)
            headers.Add(("Contact", binding.ToHeader(nowMs)));
        if (request.SupportsPath)
            headers.AddRange(request.Path.Select(value => ("Path", value)));
        headers.Add(("Supported", Supported));
        if (flowTimer is { } seconds)
        {
            headers.Add(("Require", RegisterRequest.Outbound));
            if (seconds > 0)
                headers.Add(("Flow-Timer", seconds.ToString(CultureInfo.InvariantCulture)));
        }

        return new RegisterAnswer(200, null, headers);
    }
}
