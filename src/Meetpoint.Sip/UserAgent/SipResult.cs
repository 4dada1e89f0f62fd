namespace Meetpoint.Sip;

/// <summary>How a request of ours ended.</summary>
/// <param name="Status">The final status; 408 when nobody answered, 503 when it could not be sent, 404 when the next hop has no address.</param>
/// <param name="Reason">The reason phrase, or what went wrong here.</param>
/// <param name="Response">The answer, ours to keep; null when there was none.</param>
public sealed record SipResult(int Status, string Reason, SipMessage? Response)
{
    /// <summary>The way by which the answer came; null when there was none.</summary>
    internal SipFlow? Flow { get; init; }

    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;
}
