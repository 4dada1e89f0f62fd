namespace Meetpoint.Sip;

/// <summary>One place that a relayed request goes to.</summary>
public sealed class RelayTarget
{
    /// <summary>Where the request's own route leads: the next Route value, else its request URI.</summary>
    public static RelayTarget AsRouted { get; } = new();

    /// <summary>Where to; null goes where the request's own route leads.</summary>
    public SipRoute? Route { get; init; }

    /// <summary>
    /// Name of the listener to send from, so that the next hop sees the address that it knows and answers there; null, or one of another transport, takes
    /// the first that fits.
    /// </summary>
    public string? ListenerName { get; init; }

    /// <summary>The request URI to put in the place of the one received; null leaves it.</summary>
    public string? RequestUri { get; init; }

    /// <summary>Route values to put before those that stand: a registration's Path (RFC 3327).</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>True where the next hop is asked to say when it is in overload (RFC 7339).</summary>
    public bool AsksFeedback { get; init; }

    /// <summary>Targets as found, from the listener that is wanted.</summary>
    internal IReadOnlyList<SipTarget> From(IReadOnlyList<SipTarget> found) => ListenerName is null ? found
        : found is [var only] ? [only with { ListenerName = only.ListenerName ?? ListenerName }]
        : [.. found.Select(target => target with { ListenerName = target.ListenerName ?? ListenerName })];

    /// <summary>Whatever the owner wants to find again with it.</summary>
    public object? Tag { get; init; }
}

/// <summary>What becomes of a response that a branch brought.</summary>
public enum RelayVerdict
{
    /// <summary>It goes on to who asked.</summary>
    Forward,

    /// <summary>It waits until <see cref="RelayRequest.SendHeld"/>: an answer until its record is durable.</summary>
    Hold,

    /// <summary>It ends here.</summary>
    Swallow,
}

/// <summary>Whose request is relayed: says what changes on the way there and back. On the loop.</summary>
public interface IRelayOwner
{
    /// <summary>
    /// Edits the request for one branch. Via, Max-Forwards, own Route values and the request URI are seen to; Record-Route and everything else is the
    /// owner's.
    /// </summary>
    void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits);

    /// <summary>A provisional answer over 100, a 2xx (each that comes), or a refusal as it comes; lent for the call.</summary>
    RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response);

    /// <summary>Edits a response on its way back; our Via is off it.</summary>
    void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits);

    /// <summary>A 2xx is held, edited as it will go back. Each branch says it once.</summary>
    void OnHeld(RelayRequest request, RelayBranch branch, SipMessage response)
    {
    }

    /// <summary>A branch came to nothing: no answer (408), no connection (503), or 503 as an answer.</summary>
    void OnUnreachable(RelayRequest request, RelayBranch branch, int status)
    {
    }

    /// <summary>
    /// All branches are through without success. True when the owner found more targets (<see cref="RelayRequest.Forward"/>) or answered; false lets the
    /// best refusal go back.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="status">The best refusal; 408 without any.</param>
    bool OnRefused(RelayRequest request, int status) => false;

    /// <summary>Who asked gave it up before it was answered.</summary>
    void OnCancelled(RelayRequest request)
    {
    }

    /// <summary>The final answer that went back; once.</summary>
    void OnFinal(RelayRequest request, int status)
    {
    }
}

/// <summary>Decides what is relayed. On the loop.</summary>
public interface ISipRelayHandler
{
    /// <summary>A new request, of any method but ACK and CANCEL. False leaves it to the user agent; true means it is answered or forwarded, now or later.</summary>
    bool TryTake(RelayRequest request);

    /// <summary>An ACK that belongs to no transaction: of a 2xx. False leaves it to the user agent.</summary>
    bool TryTakeAck(SipMessage ack, SipFlow flow);
}
