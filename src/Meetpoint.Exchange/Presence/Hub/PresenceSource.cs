using NodaTime;

namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>One that reports of a presentity: a publication, a subscription of ours, a call. Held by whoever hears it, and filled through the hub alone.</summary>
/// <param name="presentity">Of whom.</param>
/// <param name="origin">The system, as "exchange/neighbour", and "exchange/neighbour/means" for what it says by other means.</param>
/// <param name="neighbour">Id of the neighbour that it comes from; null for what is heard here itself.</param>
/// <param name="audience">The watcher in whose name it was asked; null where it holds for everyone.</param>
/// <param name="isWhole">True where a report is all that its origin has to say; false for one publication of several.</param>
sealed class PresenceSource(Presentity presentity, string origin, string? neighbour, string? audience, bool isWhole)
{
    public Presentity Presentity => presentity;

    public string Origin => origin;

    public string? Neighbour => neighbour;

    public string? Audience => audience;

    public bool IsWhole => isWhole;

    /// <summary>What it said last, one state a device.</summary>
    public List<DeviceState> States { get; } = [];

    /// <summary>Since when it is lost; null while it lives.</summary>
    public Instant? LostSince { get; set; }

    /// <summary>A report that waits, since a phone that is put down is often lifted again at once.</summary>
    public IReadOnlyList<ReportedState>? Held { get; set; }

    /// <summary>Until when, in the loop's time.</summary>
    public long HeldUntilNs { get; set; }

    /// <summary>Whatever its reporter keeps with it.</summary>
    public object? Reporter { get; set; }

    /// <summary>True once it was closed.</summary>
    public bool IsClosed { get; set; }
}
