using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Simulation.Kit;

/// <summary>One provider of the simulated world: its names, addresses and customers, as all documents tell them.</summary>
sealed class SimulatedParty(int index, string id, string name)
{
    /// <summary>Place in the world, from 1.</summary>
    public int Index { get; } = index;

    /// <summary>Id of the provider.</summary>
    public string Id { get; } = id;

    /// <summary>Its name, for people.</summary>
    public string Name { get; } = name;

    /// <summary>Domain of provider and exchange.</summary>
    public string Domain { get; } = id + ".example";

    /// <summary>Address of the exchange.</summary>
    public string Address { get; } = $"10.0.{index}.1";

    /// <summary>Number that asks for a code.</summary>
    public string EntryNumber { get; } = $"+44200{index}000000";

    /// <summary>Identity, the same in all worlds.</summary>
    public IdentityKey Key { get; } = IdentityKey.Create(new SeededRandomness(index));

    /// <summary>Address of its Cisco-style system.</summary>
    public string Cisco { get; } = $"10.0.{index}.11";

    /// <summary>Address of its Microsoft-style system.</summary>
    public string Microsoft { get; } = $"10.0.{index}.12";

    /// <summary>Address of a customer's phone or room.</summary>
    public string AddressOf(int customer) => $"10.{100 + Index}.{customer / 250}.{1 + (customer % 250)}";
}

/// <summary>What of the world differs from test to test.</summary>
sealed record WorldSetup
{
    /// <summary>Exchanges.</summary>
    public int Parties { get; init; } = 2;

    /// <summary>People of each provider, user0 to userN, each with a phone.</summary>
    public int Users { get; init; } = 3;

    /// <summary>Room systems of each provider, room0 to roomN.</summary>
    public int Rooms { get; init; } = 2;

    /// <summary>Rooms of each provider that have no contact and register, own0 to ownN, each with its name as password.</summary>
    public int Registering { get; init; }

    /// <summary>Ports that each exchange has.</summary>
    public int OwnPorts { get; init; } = 10_000;

    /// <summary>Ports that agreements let meetings take, each way.</summary>
    public int AgreementPorts { get; init; } = 10_000;

    /// <summary>Meetings at a time under an agreement; null for no limit.</summary>
    public int? AgreementMeetings { get; init; }

    /// <summary>True when agreements cover calls, and charge 0.03 a minute to who calls.</summary>
    public bool Calls { get; init; }

    /// <summary>True when agreements cover messages.</summary>
    public bool Messages { get; init; }

    /// <summary>True when exchanges hear RADIUS, on the ports that are its custom.</summary>
    public bool Roaming { get; init; }

    /// <summary>Name servers, on the host and loop of an exchange; null: there are none.</summary>
    public Func<INetwork, IEventLoop, INameResolver>? Names { get; init; }

    /// <summary>What else a party's document has.</summary>
    public Action<SimulatedParty, JsonObject>? Amend { get; init; }

    /// <summary>How calls cross.</summary>
    public string CallMode { get; init; } = "anchored";

    /// <summary>Session interval of phones, and of calls under agreements, in seconds.</summary>
    public int SessionSeconds { get; init; } = 1_800;

    /// <summary>True when each provider has a Cisco-style and a Microsoft-style system, both of which know all of its users; and agreements cover presence.</summary>
    public bool Systems { get; init; }


    /// <summary>True when every exchange serves the first party's customers and stands beside the first party's systems.</summary>
    public bool Ring { get; init; }

    /// <summary>True when parties leave it to each other's exchange who may see what.</summary>
    public bool Delegated { get; init; }

    /// <summary>Who may book room1 of each provider; empty for all.</summary>
    public IReadOnlyList<string> WhiteList { get; init; } = [];
}

/// <summary>World documents of the simulation: what each exchange knows of itself and of the others.</summary>
static class SimulatedDocuments
{
    static readonly SimulatedParty[] All = [new(1, "albion", "Albion Telecom"), new(2, "liberty", "Liberty Telephone"), new(3, "columbia", "Columbia Wireless")];

    /// <summary>The first parties.</summary>
    public static IReadOnlyList<SimulatedParty> Parties(int count) => All[..count];

    /// <summary>The document of one of them.</summary>
    public static JsonObject Of(SimulatedParty self, IReadOnlyList<SimulatedParty> parties, WorldSetup setup)
    {
        if (setup.Ring && self != parties[0])
        {
            var same = Of(parties[0], [parties[0]], setup);
            same["providers"]![0]!["exchange"] = self.Domain;
            return same;
        }

        if (setup.Ring)
            return Of(self, [self], setup with { Ring = false });
        var people = Enumerable.Range(0, setup.Users).ToList();
        var rooms = Enumerable.Range(0, setup.Rooms).ToList();
        var document = new JsonObject
        {
            ["providers"] = Array(parties.Select(party => new JsonObject
            {
                ["id"] = party.Id, ["name"] = party.Name, ["domains"] = new JsonArray(party.Domain), ["exchange"] = party.Domain,
            })),
            ["organisations"] = Array(parties.Select(party => new JsonObject
            {
                ["id"] = party.Id + "-org", ["provider"] = party.Id, ["name"] = party.Name, ["listed"] = true,
            })),
            ["users"] = Array(people.Select(i => new JsonObject
            {
                ["id"] = $"user{i}", ["organisation"] = self.Id + "-org", ["name"] = $"User {i} of {self.Name}", ["sip"] = $"user{i}@{self.Domain}",
                ["mail"] = $"user{i}@mail.{self.Domain}", ["timeZone"] = "Etc/UTC",
                ["presence"] = setup.Systems ? Both() : new JsonObject(),
            })),
            ["endpoints"] = Array(people.Select(i => new JsonObject
            {
                ["id"] = $"phone{i}", ["user"] = $"user{i}", ["kind"] = "phone", ["name"] = $"Phone {i}", ["sip"] = $"user{i}@{self.Domain}",
                ["contact"] = $"sip:user{i}@{self.AddressOf(i)}:5060",
            }).Concat(rooms.Select(i => Room(self, setup, i))).Concat(Enumerable.Range(0, setup.Registering).Select(i => Registering(self, i)))),
            ["neighbours"] = Array(parties.Where(party => party != self).Select(party => new JsonObject
            {
                ["id"] = "to-" + party.Id, ["provider"] = party.Id, ["kind"] = "exchange", ["exchange"] = party.Domain, ["identityKey"] = party.Key.Thumbprint,
                ["nniUrl"] = $"https://nni.{party.Domain}/", ["tlsNames"] = new JsonArray(party.Domain), ["sipUri"] = $"sip:{party.Address}:5061;transport=tls",
            }).Concat(setup.Systems ? [System(self, "cisco"), System(self, "microsoft")] : [])),
            ["agreements"] = Array(Pairs(parties).Select(pair => Agreement(pair.A, pair.B, setup))),
            ["tariffs"] = new JsonArray(new JsonObject
            {
                ["id"] = "port", ["currency"] = "EUR",
                ["rates"] = new JsonArray(
                    new JsonObject { ["unit"] = "participant-minute", ["price"] = "0.03", ["per"] = "minute" },
                    new JsonObject { ["unit"] = "cascade-minute", ["price"] = "0.01", ["per"] = "minute" },
                    new JsonObject { ["unit"] = "call-minute", ["price"] = "0.03", ["per"] = "minute" }),
            }),
        };
        setup.Amend?.Invoke(self, document);
        return document;
    }

    static JsonObject Room(SimulatedParty self, WorldSetup setup, int i)
    {
        var room = new JsonObject
        {
            ["id"] = $"room{i}", ["organisation"] = self.Id + "-org", ["kind"] = "room", ["name"] = $"Room {i}", ["sip"] = $"room{i}@{self.Domain}",
            ["contact"] = $"sip:room{i}@{self.AddressOf(setup.Users + i)}:5060", ["listed"] = true,
        };
        if (i == 1 && setup.WhiteList.Count > 0)
            room["whiteList"] = new JsonArray([.. setup.WhiteList.Select(entry => (JsonNode)entry)]);
        return room;
    }

    static JsonObject Registering(SimulatedParty self, int i) => new()
    {
        ["id"] = $"own{i}", ["organisation"] = self.Id + "-org", ["kind"] = "room", ["name"] = $"Own {i}", ["sip"] = $"own{i}@{self.Domain}",
        ["digest"] = new JsonObject { ["user"] = $"own{i}", ["secret"] = $"own{i}" }, ["listed"] = true,
    };

    static JsonObject Agreement(SimulatedParty a, SimulatedParty b, WorldSetup setup) => new()
    {
        ["id"] = $"{a.Id}-{b.Id}", ["parties"] = new JsonArray(a.Id, b.Id), ["stage"] = "commercial", ["timeZone"] = "Etc/UTC",
        ["services"] = Array(Services(setup).Select(service => new JsonObject { ["service"] = service })),
        ["calls"] = new JsonObject { ["mode"] = setup.CallMode, ["sessionSeconds"] = setup.SessionSeconds },
        ["presence"] = new JsonObject { ["delegated"] = setup.Delegated },
        ["aToB"] = Limits(setup), ["bToA"] = Limits(setup),
        ["openedByA"] = new JsonObject { ["organisations"] = new JsonArray(a.Id + "-org") },
        ["openedByB"] = new JsonObject { ["organisations"] = new JsonArray(b.Id + "-org") },
        ["charges"] = new JsonArray(
            new JsonObject { ["unit"] = "participant-minute", ["payer"] = a.Id, ["payee"] = b.Id, ["tariff"] = "port" },
            new JsonObject { ["unit"] = "cascade-minute", ["payer"] = b.Id, ["payee"] = a.Id, ["tariff"] = "port" },
            new JsonObject { ["unit"] = "call-minute", ["payer"] = a.Id, ["payee"] = b.Id, ["tariff"] = "port" },
            new JsonObject { ["unit"] = "call-minute", ["payer"] = b.Id, ["payee"] = a.Id, ["tariff"] = "port" }),
    };

    static IEnumerable<string> Services(WorldSetup setup) =>
        new[] { ("meeting", true), ("directory", true), ("call", setup.Calls), ("message", setup.Messages), ("presence", setup.Systems) }.Where(one => one.Item2).Select(one => one.Item1);

    static JsonObject Both() => new() { ["systems"] = Array(new[] { "cisco", "microsoft" }.Select(system => new JsonObject { ["neighbour"] = system })) };

    static JsonObject System(SimulatedParty self, string style)
    {
        var address = style == "cisco" ? self.Cisco : self.Microsoft;
        return new JsonObject
        {
            ["id"] = style, ["provider"] = self.Id, ["kind"] = "sip-trunk", ["listener"] = "udp", ["sourceAddresses"] = new JsonArray(address), ["sipUri"] = $"sip:{address}:5060",
            ["profile"] = style == "cisco" ? "cisco-call-control" : "microsoft-client",
            ["presence"] = new JsonObject { ["publish"] = style == "cisco" ? "publish" : "service", ["messagesPerSecond"] = 0 },
        };
    }

    static JsonObject Limits(WorldSetup setup)
    {
        var limits = new JsonObject { ["ports"] = setup.AgreementPorts };
        if (setup.AgreementMeetings is { } meetings)
            limits["meetings"] = meetings;
        return limits;
    }

    static IEnumerable<(SimulatedParty A, SimulatedParty B)> Pairs(IReadOnlyList<SimulatedParty> parties) =>
        parties.SelectMany((a, i) => parties.Skip(i + 1).Select(b => (a, b)));

    static JsonArray Array(IEnumerable<JsonObject> items) => [.. items];
}
