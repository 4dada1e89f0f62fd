using Meetpoint.Net.Dns;

namespace Meetpoint.Radius.Discovery;

/// <summary>
/// The servers of a realm by its NAPTR records (RFC 7585 section 3.4), without asking anybody: records in, steps in their order out. Over TLS alone: a realm that has only
/// "radius.dtls.udp" has none here. Without a fitting record a realm has no servers, and no other name is tried.
/// </summary>
public static class NaptrSelection
{
    /// <summary>RADIUS over TLS (RFC 6614 section 2.1).</summary>
    public const int DefaultPort = 2_083;

    /// <summary>The most NAPTR questions for one realm: a record may lead to others, and in a circle.</summary>
    public const int MaxDepth = 4;

    /// <summary>The most steps that are taken of one answer.</summary>
    public const int MaxSteps = 16;

    const string Protocol = "radius.tls.tcp";
    const string LegacyProtocol = "radius.tls"; // eduroam's service is older than the RFC

    /// <summary>The steps in the order in which they are tried: by order, then preference.</summary>
    /// <param name="records">What was answered.</param>
    /// <param name="service">What is looked for.</param>
    public static IReadOnlyList<DiscoveryStep> Select(IEnumerable<NaptrRecord> records, DiscoveryService service)
    {
        var fitting = records.Where(record => Fits(record.Service, service) && record.Regexp.Length == 0 && record.Replacement.Length > 0)
            .OrderBy(record => record.Order).ThenBy(record => record.Preference);
        var steps = new List<DiscoveryStep>();
        foreach (var record in fitting)
        {
            DiscoveryQuestion? question = record.Flags.ToUpperInvariant() switch
            {
                "S" => DiscoveryQuestion.Servers,
                "A" => DiscoveryQuestion.Addresses,
                "" => DiscoveryQuestion.Naptr,
                _ => null,
            };
            var step = new DiscoveryStep(question ?? default, record.Replacement);
            if (question is not null && !steps.Contains(step) && steps.Count < MaxSteps)
                steps.Add(step);
        }

        return steps;
    }

    /// <summary>How long a result may be kept, in seconds: the shortest life of what led to it, within bounds (section 3.4.3).</summary>
    /// <param name="lives">Of all answers that were used.</param>
    /// <param name="minSeconds">A name that says 0 is not asked anew for every request.</param>
    /// <param name="maxSeconds">A realm that moves is found again after at most this.</param>
    public static uint LifeOf(IEnumerable<uint> lives, uint minSeconds, uint maxSeconds) => Math.Clamp(lives.DefaultIfEmpty(minSeconds).Min(), minSeconds, maxSeconds);

    /// <summary>A service, and behind colons its protocols, in any case (RFC 3958 section 6.5).</summary>
    static bool Fits(string field, DiscoveryService service)
    {
        var parts = field.Split(':');
        return parts[0].Equals(Tag(service), StringComparison.OrdinalIgnoreCase) && parts.Skip(1).Any(protocol =>
            protocol.Equals(Protocol, StringComparison.OrdinalIgnoreCase) || (service == DiscoveryService.Eduroam && protocol.Equals(LegacyProtocol, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The word for a service in NAPTR records.</summary>
    public static string Tag(DiscoveryService service) => service switch
    {
        DiscoveryService.Authentication => "aaa+auth",
        DiscoveryService.Accounting => "aaa+acct",
        DiscoveryService.DynamicAuthorisation => "aaa+dynauth",
        _ => "x-eduroam",
    };
}
