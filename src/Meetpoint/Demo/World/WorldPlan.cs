using System.Globalization;
using Meetpoint.Net;

namespace Meetpoint.Demo.World;

/// <summary>
/// Who has which address. Each party has addresses of 127.0.0.0/8 of its own, with the standard ports (those under 1024 moved above it), so
/// that many stand on one machine without root.
/// </summary>
sealed record WorldPlan
{
    /// <summary>The first two numbers of every address.</summary>
    public string Network { get; init; } = "127.0";

    /// <summary>First UDP port of media; 2,000 are used. Worlds that stand at one time must differ here too, since baresip binds media to every address.</summary>
    public int FirstMediaPort { get; init; } = 20_000;

    /// <summary>The plan in 127.N.0.0, with media ports that few others use.</summary>
    /// <param name="second">N, 0 to 255.</param>
    public static WorldPlan At(int second) => new() { Network = string.Create(CultureInfo.InvariantCulture, $"127.{second}"), FirstMediaPort = 20_000 + (second % 20 * 2_000) };

    /// <summary>The organiser's provider.</summary>
    public PartyPlan Albion => new(this, 1)
    {
        Id = "albion", Name = "Albion Telecom", Domain = "albion.example", Prefix = "+4420", EntryNumber = "+442079460000", TimeZone = "Europe/London",
        Organisation = "Harrow Design",
    };

    /// <summary>The other one.</summary>
    public PartyPlan Liberty => new(this, 2)
    {
        Id = "liberty", Name = "Liberty Telephone", Domain = "liberty.example", Prefix = "+1212", EntryNumber = "+12125550100", TimeZone = "America/New_York",
        Organisation = "Hudson Works",
    };

    /// <summary>The name server of both.</summary>
    public NetAddress NameServer => NetAddress.Parse($"{Network}.3.53:5053");

    /// <summary>The mail server of both.</summary>
    public NetAddress MailServer => NetAddress.Parse($"{Network}.3.25:2525");
}

/// <summary>One provider: its names, numbers and addresses.</summary>
/// <param name="World">The plan it is part of.</param>
/// <param name="Third">Third number of its addresses.</param>
sealed record PartyPlan(WorldPlan World, int Third)
{
    /// <summary>Id of the provider.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Name { get; init; }

    /// <summary>Its domain, which is its exchange's name too.</summary>
    public required string Domain { get; init; }

    /// <summary>Its telephone numbers' prefix.</summary>
    public required string Prefix { get; init; }

    /// <summary>The number that asks for a meeting's code.</summary>
    public required string EntryNumber { get; init; }

    /// <summary>Where its people are.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Its customer.</summary>
    public required string Organisation { get; init; }

    /// <summary>Id of its customer.</summary>
    public string OrganisationId => Organisation.ToLowerInvariant().Replace(' ', '-');

    /// <summary>Where SIP over UDP comes in.</summary>
    public NetAddress Sip => Address(1, 5_060);

    /// <summary>Where SIP over TLS comes in.</summary>
    public NetAddress SipTls => Address(1, 5_061);

    /// <summary>Where its provider's own network comes in, without authentication.</summary>
    public NetAddress Trunk => Address(1, 5_070);

    /// <summary>The provider's own network, where a test puts one; core.DOMAIN by name.</summary>
    public NetAddress Core => Address(60, 5_061);

    /// <summary>Where XMPP servers connect.</summary>
    public NetAddress Xmpp => Address(1, 5_269);

    /// <summary>Where the API is served.</summary>
    public NetAddress Api => Address(1, 7_080);

    /// <summary>Where other exchanges connect.</summary>
    public NetAddress Nni => Address(1, 7_443);

    /// <summary>Address of a phone.</summary>
    public NetAddress Phone(int number) => Address(10 + number, 5_060);

    /// <summary>First media port of the exchange; 900 are its own.</summary>
    public int FirstMediaPort => World.FirstMediaPort + ((Third - 1) * 1_000);

    /// <summary>First media port of a phone.</summary>
    public int PhoneMediaPort(int number) => FirstMediaPort + 900 + (number * Phones.PhoneAccount.MediaPorts);

    /// <summary>An address of this party.</summary>
    public NetAddress Address(int last, int port) => NetAddress.Parse($"{World.Network}.{Third}.{last}:{port}");
}
