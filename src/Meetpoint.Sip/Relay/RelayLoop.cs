namespace Meetpoint.Sip;

/// <summary>Tells a loop from a spiral (RFC 3261 section 16.3 step 4, RFC 5393 section 4.2).</summary>
public static class RelayLoop
{
    /// <summary>Whether a sent-by, "host:port", is one of ours.</summary>
    public delegate bool SentByPredicate(ReadOnlySpan<byte> sentBy);

    /// <summary>True when a request was relayed here before and nothing that decides its way has changed since.</summary>
    public static bool IsLoop(SipMessage request, SentByPredicate isOurs) => RelayBranchId.IsLoop(request, isOurs);
}
