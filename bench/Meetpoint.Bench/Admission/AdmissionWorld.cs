using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Bench.Admission;

/// <summary>Many providers at one neutral exchange: each has an agreement with it that lets transit through, and some with each other.</summary>
static class AdmissionWorld
{
    public static WorldDocument Make(Random random, int providers, int directPerProvider, string[] prefixes)
    {
        var perProvider = prefixes.Length / providers;
        return new WorldDocument
        {
            Providers =
            [
                .. Enumerable.Range(0, providers).Select(p => new Provider
                {
                    Id = $"p{p}",
                    Name = $"Provider {p}",
                    Exchange = $"x{p}.example",
                    Domains = [$"p{p}.example"],
                    Prefixes = [.. prefixes.AsSpan(p * perProvider, perProvider)],
                }),
            ],
            Neighbours =
            [
                .. Enumerable.Range(0, providers).Select(p => new Neighbour
                {
                    Id = $"n{p}",
                    Provider = $"p{p}",
                    Kind = NeighbourKind.SipTrunk,
                    TlsNames = [$"sip.p{p}.example"],
                }),
            ],
            Agreements = [.. Agreements(random, providers, directPerProvider)],
        };
    }

    static IEnumerable<Agreement> Agreements(Random random, int providers, int directPerProvider)
    {
        for (var p = 1; p < providers; p++)
            yield return Agreement(0, p, transit: true);
        var pairs = new HashSet<(int, int)>();
        while (pairs.Count < providers * directPerProvider)
        {
            var (a, b) = (random.Next(1, providers), random.Next(1, providers));
            if (a < b && pairs.Add((a, b)))
                yield return Agreement(a, b, transit: false);
        }
    }

    static Agreement Agreement(int a, int b, bool transit) => new()
    {
        Id = $"a{a}-{b}",
        Parties = [$"p{a}", $"p{b}"],
        Stage = AgreementStage.Commercial,
        Services = [new ServiceTerm { Service = Service.Call }],
        AToB = new DirectionLimits { Ports = 1_000, CallsPerSecond = 10_000 },
        BToA = new DirectionLimits { Ports = 1_000, CallsPerSecond = 10_000 },
        Transit = transit,
    };
}
