using System.Collections.Immutable;
using System.Text;
using Meetpoint.Exchange.Roaming;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: what customers roam by, and what is said of it.</summary>
sealed partial class WorldRules
{
    const int MaxRoamingConsortia = 16;
    const int MaxSecretBytes = 255;

    /// <summary>
    /// A realm is one provider's, written exactly so. That of a longer name below somebody's suffix may be another's: the longer is meant. Consortia are
    /// shared by their nature.
    /// </summary>
    void CheckRoaming(string at, Provider provider, Dictionary<string, string> realms)
    {
        if (provider.Realms.Length > Realm.MaxRealms)
            Add($"{at}/realms", "too-many", $"{provider.Realms.Length} realms", $"keep to {Realm.MaxRealms}");
        for (var i = 0; i < provider.Realms.Length; i++)
        {
            var realm = provider.Realms[i];
            if (realm.Name.Length == 0)
                continue; // already a fault
            if (!realm.IsDefault && (AddressText.Canonical(realm.Domain, out var form) != realm.Domain || form != AddressForm.Domain || realm.Domain.Contains(':', StringComparison.Ordinal)))
                Add($"{at}/realms/{i}/name", "bad-realm", $"'{realm.Name}' is no realm", "write one such as albion.example, *.albion.example for those below it, or * for all that are nobody else's");
            else
                Unique($"{at}/realms/{i}/name", realm.Name, realms, "realm");
            if (realm.Eap.Distinct().Count() != realm.Eap.Length)
                Add($"{at}/realms/{i}/eap", "duplicate-method", "a method is named twice", "name each once");
        }

        if (provider.RoamingConsortia.Length > MaxRoamingConsortia)
            Add($"{at}/roamingConsortia", "too-many", $"{provider.RoamingConsortia.Length} consortia", $"keep to {MaxRoamingConsortia}");
        for (var i = 0; i < provider.RoamingConsortia.Length; i++)
        {
            if (!RoamingConsortium.IsId(provider.RoamingConsortia[i]))
                Add($"{at}/roamingConsortia/{i}", "bad-consortium", $"'{provider.RoamingConsortia[i]}' is no roaming consortium", RoamingConsortium.Mend);
        }
    }

    /// <summary>An access server is known by where it sends from and by its secret; home servers are asked where they are said to be.</summary>
    void CheckRadius(string at, Neighbour neighbour)
    {
        if (neighbour.Radius is not { } radius)
        {
            Add($"{at}/radius", "missing", "'radius' is missing", "add the shared secret, and the servers that are asked");
            return;
        }

        if (neighbour.SipUri is not null)
            Add(at, "not-of-radius", "a RADIUS system has no 'sipUri'", "take it out");
        CheckDiscovery(at, neighbour, radius);
        if (neighbour.HasRadiusTls)
            CheckRadiusTls(at, neighbour, radius);
        else
            CheckRadiusUdp(at, neighbour, radius);
    }

    void CheckRadiusUdp(string at, Neighbour neighbour, NeighbourRadius radius)
    {
        if (radius.Secret is null)
            Add($"{at}/radius/secret", "missing", "'secret' is missing", "add the shared secret, or 'tlsNames' where it is spoken with over TLS");
        else if (Encoding.UTF8.GetByteCount(radius.Secret) > MaxSecretBytes) // an empty one is a fault already
            Add($"{at}/radius/secret", "bad-secret", "this is no shared secret", $"use 1 to {MaxSecretBytes} octets, better 16 or more, by chance");
        if (radius.Version is not null)
            Add($"{at}/radius/version", "not-over-udp", "over UDP there is one form alone", "take 'version' out, or set 'tlsNames'");
        if (radius.Servers.IsEmpty && (neighbour.Listener is null || neighbour.SourceAddresses.IsEmpty))
            Add(at, "not-identified", "nothing says where it asks from, or where it is asked", "set 'listener' and 'sourceAddresses', or 'radius.servers', or 'tlsNames'");
        if (radius.Servers.Length > NeighbourRadius.MaxServers)
            Add($"{at}/radius/servers", "too-many", $"{radius.Servers.Length} servers", $"keep to {NeighbourRadius.MaxServers}");
        if (!radius.AccountingServers.IsEmpty && radius.AccountingServers.Length != radius.Servers.Length)
            Add($"{at}/radius/accountingServers", "bad-servers", "they stand for the servers one by one", "name as many, or none");
        for (var i = 0; i < radius.Servers.Length; i++)
            Server($"{at}/radius/servers/{i}", radius.Servers[i]);
        for (var i = 0; i < radius.AccountingServers.Length; i++)
            Server($"{at}/radius/accountingServers/{i}", radius.AccountingServers[i]);
        for (var i = 0; i < radius.DynamicServers.Length; i++)
            Server($"{at}/radius/dynamicServers/{i}", radius.DynamicServers[i]);
        if (radius.DynamicServers.Length > NeighbourRadius.MaxDynamicServers)
            Add($"{at}/radius/dynamicServers", "too-many", $"{radius.DynamicServers.Length} servers", $"keep to {NeighbourRadius.MaxDynamicServers}");

        void Server(string path, string text)
        {
            if (!NetAddress.TryParse(text, 1_812, out _))
                Add(path, "bad-address", $"'{text}' is no address", "write an IPv4 or IPv6 address, with its port where it is not the customary one");
        }
    }

    /// <summary>Over TLS a certificate is the proof, on both ends; nothing else is.</summary>
    void CheckRadiusTls(string at, Neighbour neighbour, NeighbourRadius radius)
    {
        if (radius.Secret is not null)
            Add($"{at}/radius/secret", "not-over-tls", "over TLS certificates prove who is who", "take 'secret' out");
        if (neighbour.Listener is not null || !neighbour.SourceAddresses.IsEmpty)
            Add(at, "not-over-tls", "who has a certificate is not known by where it sends from", "take 'listener' and 'sourceAddresses' out, or 'tlsNames'");
        if (!radius.DynamicServers.IsEmpty)
            Add($"{at}/radius/dynamicServers", "not-over-tls", "over TLS Disconnect and CoA go back over its own connection", "take it out");
        if (!radius.AccountingServers.IsEmpty)
            Add($"{at}/radius/accountingServers", "not-over-tls", "over TLS accounting goes where all goes", "take it out");
        if (radius.Version is not (null or "1.0" or "1.1"))
            Add($"{at}/radius/version", "bad-version", $"'{radius.Version}' is no form of RADIUS", "write \"1.0\" or \"1.1\", in quotes, or leave it out");
        if (radius.Servers.Length > NeighbourRadius.MaxServers)
            Add($"{at}/radius/servers", "too-many", $"{radius.Servers.Length} servers", $"keep to {NeighbourRadius.MaxServers}");
        for (var i = 0; i < radius.Servers.Length; i++)
        {
            if (!ServerPlace.TryParse(radius.Servers[i], 2_083, out _))
                Add($"{at}/radius/servers/{i}", "bad-address", $"'{radius.Servers[i]}' is neither a host nor an address", "write one such as aaa.liberty.example:2083");
        }
    }

    /// <summary>What the DNS says is believed by a certificate of those authorities that are named for it, and by none of the machine's.</summary>
    void CheckDiscovery(string at, Neighbour neighbour, NeighbourRadius radius)
    {
        if (radius.Discover is null)
        {
            if (radius.Proof != RadiusProof.Realm || !radius.Policies.IsEmpty)
                Add($"{at}/radius", "not-discovered", "only servers that are found prove themselves by 'proof' and 'policies'", "set 'discover', or take them out");
            return;
        }

        if (!radius.Servers.IsEmpty || !radius.AccountingServers.IsEmpty || neighbour.Listener is not null || !neighbour.SourceAddresses.IsEmpty)
            Add($"{at}/radius/discover", "discovered-servers", "servers that the DNS names stand for themselves", "name servers, and whoever asks from an address, as neighbours of their own");
        if (neighbour.TlsCa is null)
            Add($"{at}/tlsCa", "missing", "nothing says which authorities vouch for servers that are found", "set 'tlsCa' to those of the federation: the machine's own are never asked");
        if (_document.Neighbours.Any(other => other.Id != neighbour.Id && other.Provider == neighbour.Provider && other.Radius?.Discover is not null
            && string.CompareOrdinal(other.Id, neighbour.Id) < 0))
            Add($"{at}/radius/discover", "duplicate-discovery", $"the realms of '{neighbour.Provider}' are looked for already", "keep one such neighbour a provider");
        if (radius.Proof == RadiusProof.Member && radius.Policies.IsEmpty)
            Add($"{at}/radius/policies", "missing", "nothing says by which policy a certificate is a member's", "name its certificate policies, or let 'proof' be 'realm'");
        if (radius.Policies.Length > NeighbourRadius.MaxPolicies)
            Add($"{at}/radius/policies", "too-many", $"{radius.Policies.Length} policies", $"keep to {NeighbourRadius.MaxPolicies}");
        for (var i = 0; i < radius.Policies.Length; i++)
        {
            if (!IsObjectId(radius.Policies[i]))
                Add($"{at}/radius/policies/{i}", "bad-policy", $"'{radius.Policies[i]}' is no object identifier", "write numbers with dots between, such as 1.3.6.1.4.1.25178.3.1.2");
        }

        static bool IsObjectId(string text) => text.Split('.') is { Length: >= 3 and <= 32 } arcs && arcs[0] is "0" or "1" or "2"
            && arcs.All(arc => arc.Length is > 0 and <= 20 && arc.All(char.IsAsciiDigit) && (arc[0] != '0' || arc.Length == 1));
    }

    /// <summary>What is priced by volume is volume, and nothing else is; a session as such is an item.</summary>
    void CheckVolume(string at, Rate rate)
    {
        if ((rate.Per == PriceBasis.Megabyte) != (rate.Unit == ChargeUnit.RoamingMegabyte))
            Add($"{at}/per", "not-of-unit", "volume alone is priced by the megabyte", "use 'megabyte' for roaming-megabyte, and for it alone");
        if (rate.Unit == ChargeUnit.RoamingSession && rate.Per != PriceBasis.Item)
            Add($"{at}/per", "not-of-unit", "a session as such is one item", "use 'item', or charge its time as roaming-minute");
        if ((rate.IncrementOctets is not null || rate.Counts is not null) && rate.Unit != ChargeUnit.RoamingMegabyte)
            Add(at, "not-of-unit", "only volume has octets", "take out 'incrementOctets' and 'counts'");
        if (rate.IncrementOctets is < 1 or > Tariff.MaxIncrementOctets)
            Add($"{at}/incrementOctets", "out-of-range", $"{rate.IncrementOctets} is no increment", $"use 1 to {Tariff.MaxIncrementOctets}");
    }

    void CheckRoamingTerms(string at, RoamingTerms terms, ImmutableArray<string> parties)
    {
        Price($"{at}/priceAtA", terms.PriceAtA);
        Price($"{at}/priceAtB", terms.PriceAtB);
        Cap($"{at}/capPerDay", terms.CapPerDay);
        Cap($"{at}/capPerMonth", terms.CapPerMonth);
        Cap($"{at}/exposureLimit", terms.ExposureLimit);
        if (terms.MaxSessionSeconds is { } session)
            Range($"{at}/maxSessionSeconds", session, 60, RoamingTerms.MaxSeconds);
        if (terms.MaxSessionOctets < 1)
            Add($"{at}/maxSessionOctets", "out-of-range", $"{terms.MaxSessionOctets} is no number of octets", "use 1 or more, or leave it out");
        if (terms.IdleSeconds is { } idle)
            Range($"{at}/idleSeconds", idle, 60, RoamingTerms.MaxSeconds);
        if (terms.InterimSeconds is { } interim)
            Range($"{at}/interimSeconds", interim, 60, RoamingTerms.MaxSeconds);

        Limit("maxSessions", terms.MaxSessions);
        Limit("requestsPerSecond", terms.RequestsPerSecond);
        Bandwidth($"{at}/maxUpBps", terms.MaxUpBps);
        Bandwidth($"{at}/maxDownBps", terms.MaxDownBps);
        if (!terms.Rules.IsDefaultOrEmpty)
            CheckRoamingRules($"{at}/rules", terms.Rules, parties);

        void Limit(string name, int? value)
        {
            if (value < 0)
                Add($"{at}/{name}", "negative-limit", $"{value} is no limit", "use 0 or more, or leave it out for no limit");
        }

        void Bandwidth(string path, long? bps)
        {
            if (bps is < 1 or > uint.MaxValue)
                Add(path, "out-of-range", $"{bps} is no bandwidth", $"write bits a second, 1 to {uint.MaxValue}, or leave it out");
        }

        void Cap(string path, string? cap)
        {
            if (cap is not null && (!Money.TryParse(cap, out var money) || money.Amount is < 0 or > Tariff.MaxPrice))
                Add(path, "bad-amount", $"'{cap}' is no amount", "write currency and amount, such as \"EUR 20.00\"");
        }

        void Price(string path, string? price)
        {
            if (price is not null && (price.Length > RoamingTerms.MaxPrice || price.Any(char.IsControl)))
                Add(path, "bad-price", "this is no price in words", $"use at most {RoamingTerms.MaxPrice} characters");
        }
    }
}
