using System.Text.Json.Nodes;
using Meetpoint.Net;

namespace Meetpoint.Demo.World;

/// <summary>The roaming part of the world: each provider has a hotspot with an access point, and a home server that knows its customers.</summary>
/// <param name="World">The plan it is part of.</param>
sealed record RoamingPlan(WorldPlan World)
{
    /// <summary>Between each access point and its exchange.</summary>
    public const string AccessSecret = "hotspot-and-exchange";

    /// <summary>Between each exchange and its home server.</summary>
    public const string HomeSecret = "exchange-and-home";

    /// <summary>Of the customers of both.</summary>
    public const string Password = "on-line-abroad";

    /// <summary>Bytes of a megabyte as it is priced.</summary>
    public const long Megabyte = 1_000_000;

    /// <summary>A provider's access point.</summary>
    public static NetAddress AccessPoint(PartyPlan party) => party.Address(70, 0);

    /// <summary>A provider's home server.</summary>
    public static NetAddress Home(PartyPlan party) => party.Address(71, 1_812);

    /// <summary>Where access points ask an exchange.</summary>
    public static NetAddress Radius(PartyPlan party) => party.Address(1, 1_812);

    /// <summary>Where another exchange asks it, over TLS.</summary>
    public static NetAddress RadiusTls(PartyPlan party) => party.Address(1, 2_083);

    /// <summary>What meetpoint.yaml of an exchange has besides.</summary>
    public static string Configuration(PartyPlan party) =>
        $"""
        radius:
          - name: radius
            listen: {Radius(party)}
          - name: radius-tls
            transport: tls
            listen: {RadiusTls(party)}

        """;

    /// <summary>What the record of the neighbour exchange has besides.</summary>
    public static string Between(PartyPlan other) =>
        $"""
            radius:
              servers: ["{RadiusTls(other)}"]

        """;

    /// <summary>What a provider has besides.</summary>
    public static string Realm(PartyPlan party) =>
        $"""
            realms:
              - name: {party.Domain}

        """;

    /// <summary>Neighbours of an exchange.</summary>
    public static string Neighbours(PartyPlan own) =>
        $"""
          - id: {own.Id}-hotspots
            provider: {own.Id}
            kind: radius
            listener: radius
            sourceAddresses: ["{AccessPoint(own).Host}"]
            radius:
              secret: {AccessSecret}
          - id: {own.Id}-home
            provider: {own.Id}
            kind: radius
            radius:
              secret: {HomeSecret}
              servers: ["{Home(own)}"]

        """;

    /// <summary>Charges of the agreement: each pays for its customers at the other's hotspots, by the megabyte.</summary>
    public string Charges => Charge(World.Albion, World.Liberty) + Charge(World.Liberty, World.Albion);

    /// <summary>Rates of the tariff.</summary>
    public static string Rates =>
        """
              - unit: roaming-megabyte
                price: 0.002
                per: megabyte

        """;

    /// <summary>The hotspot that a provider publishes.</summary>
    public static JsonObject Hotspot(PartyPlan party) => party.Id == "albion"
        ? Spot("albion-st-pancras-1", "St Pancras, Arcade", 51.5305m, -0.1260m, "London", "GB", "Albion WiFi")
        : Spot("liberty-bryant-park-4", "Bryant Park, North", 40.7542m, -73.9836m, "New York", "US", "Liberty WiFi");

    static JsonObject Spot(string id, string name, decimal latitude, decimal longitude, string city, string country, string ssid) => new()
    {
        ["id"] = id, ["name"] = name, ["latitude"] = latitude, ["longitude"] = longitude, ["city"] = city, ["country"] = country, ["ssids"] = new JsonArray(ssid), ["security"] = "open",
    };

    static string Charge(PartyPlan payer, PartyPlan payee) =>
        $"""
              - unit: roaming-megabyte
                payer: {payer.Id}
                payee: {payee.Id}
                tariff: meetings

        """;
}
