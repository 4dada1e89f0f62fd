namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>What is known so far of a call with one partner; the default value is no attempt. Times are monotonic nanoseconds.</summary>
struct CallAttempt
{
    /// <summary>The neighbour; null when there is no attempt, or it was counted.</summary>
    public string? Partner;

    public long StartedNs;

    public long? RingingNs;

    public long? AnsweredNs;

    /// <summary>The cause that the last refusal told, and its status.</summary>
    public int Cause;

    public int Status;
}

/// <summary>A call as the statistics see it: the attempt that came, and that which is out.</summary>
struct CallProgress
{
    /// <summary>Null before it is known.</summary>
    public string? Destination;

    public CallAttempt Incoming;

    public CallAttempt Outgoing;
}
