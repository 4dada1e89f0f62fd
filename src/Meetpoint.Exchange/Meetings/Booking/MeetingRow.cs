namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>What the store knows of one meeting on this exchange.</summary>
/// <remarks>
/// <see cref="Current"/> is what was decided and stands; <see cref="Proposed"/> is a version that is being booked: the first one, or a change.
/// </remarks>
sealed record MeetingRow
{
    /// <summary>mtg_...</summary>
    public required string Id { get; init; }

    /// <summary>The access code of this exchange's half; digits, unique on this exchange.</summary>
    public required string Code { get; init; }

    /// <summary>Certificate and key of this half's end of the cascade. Never leaves the exchange.</summary>
    public required string CascadeSecret { get; init; }

    /// <summary>What stands; null until first decided.</summary>
    public Meeting? Current { get; init; }

    /// <summary>What is being booked; null when nothing is.</summary>
    public Meeting? Proposed { get; init; }

    /// <summary>Set once this holder has asked to let its hold lapse and waits for the answer.</summary>
    public bool LapseAsked { get; init; }

    /// <summary>What a reader is shown: what stands, else what is being booked or failed.</summary>
    public Meeting Shown => Current ?? Proposed ?? throw new InvalidOperationException($"meeting {Id} has no version");
}
