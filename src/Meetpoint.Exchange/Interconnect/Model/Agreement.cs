using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Settlement;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What two parties allow each other. A change is a new version, and each version has a hash that both parties can compare.</summary>
public sealed record Agreement
{
    /// <summary>Unique among agreements; the same on both sides.</summary>
    public required string Id { get; init; }

    /// <summary>The two providers: a, then b.</summary>
    public required ImmutableArray<string> Parties { get; init; }

    /// <summary>1, 2, 3, ...</summary>
    public int Version { get; init; } = 1;

    /// <summary>Where it stands in its life.</summary>
    public required AgreementStage Stage { get; init; }

    /// <summary>In force from here on (inclusive); null: always was.</summary>
    public Instant? ValidFrom { get; init; }

    /// <summary>In force until here (exclusive); null: open.</summary>
    public Instant? ValidUntil { get; init; }

    /// <summary>A zone of the tz database, in which days begin for dates and statements.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>Addresses that alone may use it while on trial.</summary>
    public ImmutableArray<string> TestAccounts { get; init; } = [];

    /// <summary>Services and their direction; what is not named is not covered.</summary>
    public ImmutableArray<ServiceTerm> Services { get; init; } = [];

    /// <summary>Limits on what a sends to b.</summary>
    public DirectionLimits AToB { get; init; } = new();

    /// <summary>Limits on what b sends to a.</summary>
    public DirectionLimits BToA { get; init; } = new();

    /// <summary>Equipment profiles admitted; empty: every one.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>What a opens of its directory to b.</summary>
    public DirectoryOpening OpenedByA { get; init; } = new();

    /// <summary>What b opens of its directory to a.</summary>
    public DirectoryOpening OpenedByB { get; init; } = new();

    /// <summary>True when either may carry traffic of or to a third party over it.</summary>
    public bool Transit { get; init; }

    /// <summary>Whether the parties are in one trust domain for the identity of callers (RFC 3324); null: untrusted, who wants to be withheld is withheld.</summary>
    public IdentityTrust? Identity { get; init; }

    /// <summary>What holds while the store of limits cannot be asked: true keeps to the whole limit on this node alone, false refuses.</summary>
    public bool FailOpen { get; init; }

    /// <summary>How far two measurements of one usage may differ and still agree.</summary>
    public UsageTolerance Tolerance { get; init; } = new();

    /// <summary>How calls cross.</summary>
    public CallTerms Calls { get; init; } = new();

    /// <summary>What presence crosses.</summary>
    public PresenceTerms Presence { get; init; } = new();

    /// <summary>What is said of roaming besides that it is covered; null: nothing.</summary>
    public RoamingTerms? Roaming { get; init; }

    /// <summary>Whether a meeting that crosses it may be recorded, by either side.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // agreements from before keep their hash
    public RecordingPermission Recording { get; init; }

    /// <summary>Who pays whom for what.</summary>
    public ImmutableArray<ChargeLeg> Charges { get; init; } = [];
}

/// <summary>How a call is carried from one side to the other.</summary>
[JsonConverter(typeof(KebabEnumConverter<CallMode>))]
public enum CallMode
{
    /// <summary>Both ends meet here: each side sees this exchange alone, and media go through it (RFC 7092).</summary>
    Anchored,

    /// <summary>A proxy: messages pass as they came but for what routing needs, and media go their own way.</summary>
    Transparent,
}

/// <summary>How calls cross under an agreement.</summary>
public sealed record CallTerms
{
    /// <summary>The longest session interval, in seconds: a day.</summary>
    public const int MaxSessionSeconds = 86_400;

    /// <summary>The mode.</summary>
    public CallMode Mode { get; init; } = CallMode.Anchored;

    /// <summary>Session interval asked for on both sides' behalf, in seconds (RFC 4028); 90 or more. A lost BYE is charged at most that much.</summary>
    public int SessionSeconds { get; init; } = 1_800;

    /// <summary>Whether either side may send the other on to a third party (REFER), whom both may reach.</summary>
    public bool Transfers { get; init; } = true;

    /// <summary>Audio codecs let through in anchored mode, by the names of RFC 3551 and its successors; empty: every one that the sides agree on.</summary>
    public ImmutableArray<string> Codecs { get; init; } = [];
}

/// <summary>What an agreement says of roaming on hotspots.</summary>
public sealed record RoamingTerms
{
    /// <summary>Characters of a price.</summary>
    public const int MaxPrice = 100;

    /// <summary>Seconds of any time: a week.</summary>
    public const int MaxSeconds = 604_800;

    /// <summary>What b's customers may be told that a's hotspots cost them, in words such as "EUR 0.02 a minute"; null says nothing. It charges nobody.</summary>
    public string? PriceAtA { get; init; }

    /// <summary>The same of b's hotspots, for a's customers.</summary>
    public string? PriceAtB { get; init; }

    /// <summary>What one customer of either may use of the other's networks in a day, such as "EUR 5.00"; null: without cap. Legs of other currencies do not count.</summary>
    public string? CapPerDay { get; init; }

    /// <summary>The same in a calendar month.</summary>
    public string? CapPerMonth { get; init; }

    /// <summary>What one party may use of the other's networks and not have settled: what is on no closed statement. Null: without limit.</summary>
    public string? ExposureLimit { get; init; }

    /// <summary>A session lasts at most so many seconds; null: as long as the home server says.</summary>
    public int? MaxSessionSeconds { get; init; }

    /// <summary>A session carries at most so many octets in both directions; null: any number.</summary>
    public long? MaxSessionOctets { get; init; }

    /// <summary>Idle-Timeout that is given, in seconds; null: that of the home server.</summary>
    public int? IdleSeconds { get; init; }

    /// <summary>Acct-Interim-Interval that is asked for, in seconds, 60 or more (RFC 2869 section 5.16); null: that of the home server.</summary>
    public int? InterimSeconds { get; init; }

    /// <summary>Whether home servers that the DNS names for a realm may be asked about customers of either (RFC 7585): what the DNS says is trusted only as far as the parties say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // agreements from before keep their hash
    public bool Discovery { get; init; }

    /// <summary>Sessions of one party's customers at the other's hotspots at one time, in each direction; null: any number. Who asks when so many go on is refused.</summary>
    public int? MaxSessions { get; init; }

    /// <summary>Customers who begin to ask a second, in each direction, with bursts of one second's worth; null: any number. Calls do not count.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>How Chargeable-User-Identity crosses (RFC 4372).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CuiForm Cui { get; init; }

    /// <summary>What a customer's hotspot takes from him at most, in bits a second (WISPr-Bandwidth-Max-Up); null: what the home server says.</summary>
    public long? MaxUpBps { get; init; }

    /// <summary>The same of what it gives him (WISPr-Bandwidth-Max-Down).</summary>
    public long? MaxDownBps { get; init; }

    /// <summary>What becomes of the attributes of packets that cross, besides what is usual; where there are none, nothing is written, and the hash is as if there could be none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<RoamingRule> Rules { get; init; }
}

/// <summary>A service that an agreement covers.</summary>
public sealed record ServiceTerm
{
    /// <summary>The service.</summary>
    public required Service Service { get; init; }

    /// <summary>Who may use it towards whom.</summary>
    public Direction Direction { get; init; } = Direction.Both;
}

/// <summary>Limits in one direction; null is without limit.</summary>
public sealed record DirectionLimits
{
    /// <summary>Meetings that are open at one time.</summary>
    public int? Meetings { get; init; }

    /// <summary>Participants and calls at one time.</summary>
    public int? Ports { get; init; }

    /// <summary>New calls and participants a second; bursts of one second's worth.</summary>
    public int? CallsPerSecond { get; init; }
}

/// <summary>What one party shows the other of its directory. Only what is itself listed is ever shown.</summary>
public sealed record DirectoryOpening
{
    /// <summary>Organisations shown, with their rooms.</summary>
    public ImmutableArray<string> Organisations { get; init; } = [];

    /// <summary>Single rooms shown besides.</summary>
    public ImmutableArray<string> Endpoints { get; init; } = [];
}

/// <summary>Two measurements agree when they differ by no more than the larger of the two bounds.</summary>
public sealed record UsageTolerance
{
    /// <summary>Seconds, 0 or more.</summary>
    public int Seconds { get; init; } = 2;

    /// <summary>Parts in a thousand of the larger measurement, 0 to 1000.</summary>
    public int PerMille { get; init; } = 10;

    /// <summary>Octets of one direction, for what is charged by volume, 0 or more; null: only <see cref="PerMille"/>.</summary>
    public long? Octets { get; init; }
}

/// <summary>One thing that is charged.</summary>
public sealed record ChargeLeg
{
    /// <summary>What is charged for.</summary>
    public required ChargeUnit Unit { get; init; }

    /// <summary>The party that pays.</summary>
    public required string Payer { get; init; }

    /// <summary>The party that is paid.</summary>
    public required string Payee { get; init; }

    /// <summary>Id of the tariff.</summary>
    public required string Tariff { get; init; }

    /// <summary>
    /// For participants: the party whose customers are charged for; null: those of either. For calls: the party whose customers call; null: those of
    /// the payer, so that each direction has its own price and who calls pays. The payee's makes it a freephone price.
    /// </summary>
    public string? CustomersOf { get; init; }
}
