using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A usage record as the API shows it.</summary>
public sealed record UsageView
{
    /// <summary>The same on both sides.</summary>
    public required string Id { get; init; }

    /// <summary>The meeting; for a call its own id.</summary>
    public required string Meeting { get; init; }

    /// <summary>The agreement that it falls under.</summary>
    public required string Agreement { get; init; }

    /// <summary>The session's correlation id, for its events.</summary>
    public required string Correlation { get; init; }

    /// <summary>What is charged for.</summary>
    public required ChargeUnit Unit { get; init; }

    /// <summary>Who it is of; for a call who called.</summary>
    public required string Party { get; init; }

    /// <summary>For a call: whom it was to.</summary>
    public string? Called { get; init; }

    /// <summary>The exchange that measured.</summary>
    public required string MeasuredBy { get; init; }

    /// <summary>The exchange that countersigns; the same one where it serves both parties.</summary>
    public required string Peer { get; init; }

    /// <summary>Only agreed records are on a statement.</summary>
    public required UsageState State { get; init; }

    /// <summary>Why it is disputed.</summary>
    public string? Reason { get; init; }

    /// <summary>First packet.</summary>
    public required Instant Started { get; init; }

    /// <summary>Last proof of life.</summary>
    public required Instant Ended { get; init; }

    /// <summary>What is charged, in milliseconds.</summary>
    public required long BillableMs { get; init; }

    /// <summary>RTP packets received from the party.</summary>
    public long PacketsIn { get; init; }

    /// <summary>RTP packets sent to the party.</summary>
    public long PacketsOut { get; init; }

    /// <summary>Octets from the customer, where they are counted: of roaming.</summary>
    public long BytesIn { get; init; }

    /// <summary>Octets to the customer.</summary>
    public long BytesOut { get; init; }

    /// <summary>Start as the other side saw it; null when it saw none, or has not said.</summary>
    public Instant? WitnessStarted { get; init; }

    /// <summary>End as the other side saw it.</summary>
    public Instant? WitnessEnded { get; init; }

    /// <summary>How well the measuring side heard it, of each leg; null where that was not measured. Evidence only: nothing is charged by it.</summary>
    public IReadOnlyList<LegQuality>? Quality { get; init; }

    /// <summary>How well the other side heard its own legs of it: of a cascade or a call.</summary>
    public IReadOnlyList<LegQuality>? WitnessQuality { get; init; }
}

/// <summary>Whether both sides of an agreement hold the same statement.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Period">The month, such as 2026-11.</param>
/// <param name="Ours">Digest of this exchange's statement, SHA-256 in hexadecimal.</param>
/// <param name="Theirs">Digest of the other side's; null when it knows no such statement.</param>
/// <param name="AreEqual">True when both are the same.</param>
public sealed record StatementComparisonView(string Agreement, string Period, string Ours, string? Theirs, bool AreEqual);

/// <summary>A statement as the API shows it; exact decimals are text.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Period">The month, such as 2026-11.</param>
/// <param name="From">Start of the month in the agreement's zone.</param>
/// <param name="Until">Its end, which no longer belongs to it.</param>
/// <param name="Digest">SHA-256 of the canonical form; equal on both sides when the statements are.</param>
/// <param name="Lines">Agreed records with their charges.</param>
/// <param name="Legs">Sums by payer, payee, unit and tariff.</param>
/// <param name="Net">Who owes whom in the end, one for each currency.</param>
public sealed record StatementView(
    string Agreement, string Period, Instant From, Instant Until, string Digest,
    IReadOnlyList<StatementLineView> Lines, IReadOnlyList<StatementLegView> Legs, IReadOnlyList<StatementNetView> Net);

/// <summary>One agreed record of a statement.</summary>
public sealed record StatementLineView(
    string Record, string Content, string Meeting, ChargeUnit Unit, string MeasuredBy, string Party, string? Called, Instant Started, Instant Ended, long BillableMs,
    IReadOnlyList<StatementChargeView> Charges);

/// <summary>What a record costs whom: an amount such as "0.0450 EUR".</summary>
public sealed record StatementChargeView(string Payer, string Payee, string Tariff, string Amount);

/// <summary>A sum of charges.</summary>
public sealed record StatementLegView(string Payer, string Payee, ChargeUnit Unit, string Tariff, int Count, long BillableMs, string Total);

/// <summary>What one party owes the other.</summary>
public sealed record StatementNetView(string Payer, string Payee, string Amount);
