namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>How well the accounting of one session kept the rules. Counts of reports, 0 or more; they depend on the order in which reports came, usage does not.</summary>
public sealed record SessionEvidence
{
    /// <summary>A report that came later than this after what it tells is late, in seconds.</summary>
    public const int LateAfterSeconds = 60;

    /// <summary>Interims may be this much further apart than was asked for.</summary>
    public const double InterimSlack = 1.5;

    /// <summary>Reports, each once.</summary>
    public int Reports { get; init; }

    /// <summary>Reports that were known already.</summary>
    public int Duplicates { get; init; }

    /// <summary>Starts.</summary>
    public int Starts { get; init; }

    /// <summary>Interim-Updates.</summary>
    public int Interims { get; init; }

    /// <summary>Stops.</summary>
    public int Stops { get; init; }

    /// <summary>Came more than <see cref="LateAfterSeconds"/> after what they tell.</summary>
    public int Late { get; init; }

    /// <summary>Tell of something before what was known already.</summary>
    public int OutOfOrder { get; init; }

    /// <summary>Had a counter below what it had been before.</summary>
    public int WentBack { get; init; }

    /// <summary>Came later after the one before than the interval asked for and half of it again.</summary>
    public int Gaps { get; init; }

    /// <summary>Came after the usage was recorded.</summary>
    public int TooLate { get; init; }

    /// <summary>Without the Class of the Access-Accept, or with another (RFC 2865 section 5.25).</summary>
    public int ClassMissing { get; init; }

    /// <summary>Without the Chargeable-User-Identity of the Access-Accept, or with another (RFC 4372 section 2.1).</summary>
    public int CuiMissing { get; init; }

    /// <summary>The furthest that the clock of the NAS stood from ours, in seconds.</summary>
    public long MaxSkewSeconds { get; init; }
}
