using System.Text;
using Meetpoint.Net.Dns;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Where ENUM says that a number is.</summary>
/// <param name="Uri">What goes on the wire.</param>
/// <param name="Domain">
/// Its domain: what admission is asked for as target, since the number itself would lead to the same look-up again. The call is then admitted as any other
/// to that domain, under its own agreement.
/// </param>
/// <param name="Destination">Whose the domain is; null for one outside of this world, which the route has to allow.</param>
public sealed record EnumRoute(string Uri, string Domain, Destination? Destination);

/// <summary>Follows the candidates of routes that say `enum`. For the resolver's loop.</summary>
/// <param name="resolver">Looks numbers up.</param>
/// <param name="world">In force.</param>
public sealed class EnumRoutes(EnumResolver resolver, Func<World> world)
{
    /// <summary>Given a number, in at most so many milliseconds: where it is, or nothing.</summary>
    /// <param name="candidate">One with <see cref="Candidate.EnumSuffix"/>.</param>
    /// <param name="number">"+" and 1 to 15 digits: <see cref="NormalisedNumber.Number"/>.</param>
    /// <param name="timeoutMs">How long it may take.</param>
    /// <param name="done">Called once, on the loop, never within this call. Null: the next candidate is to be tried.</param>
    public void Find(Candidate candidate, ReadOnlySpan<byte> number, int timeoutMs, Action<EnumRoute?> done)
    {
        if (candidate.EnumSuffix is not { } suffix)
            throw new ArgumentException("this way is no look-up", nameof(candidate));
        resolver.Find(Encoding.ASCII.GetString(number), suffix, timeoutMs, uri => done(uri is null ? null : Judge(uri, candidate.AnyDomain)));
    }

    /// <summary>A stranger's record leads nowhere that this world does not know, unless the operator said so.</summary>
    EnumRoute? Judge(string uri, bool anyDomain)
    {
        if (!SipUri.TryParse(uri, out var found) || found.Host.Length == 0)
            return null;
        var destination = world().Find(found.Host);
        return destination is null && !anyDomain ? null : new EnumRoute(uri, found.Host, destination);
    }
}
