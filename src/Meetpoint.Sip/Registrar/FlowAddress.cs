using Meetpoint.Net;

namespace Meetpoint.Sip.Registrar;

/// <summary>
/// The flow that a REGISTER came by, as a value that outlives its connection and the process: for UDP it is the flow itself (RFC 5626 section 1.1).
/// </summary>
/// <param name="Transport">How it travelled.</param>
/// <param name="ListenerName">To which listener of ours.</param>
/// <param name="Remote">From where, as we saw it (RFC 3581).</param>
public readonly record struct FlowAddress(SipTransport Transport, string ListenerName, NetAddress Remote)
{
    /// <summary>Of a flow.</summary>
    public static FlowAddress Of(SipFlow flow) => new(flow.Transport, flow.ListenerName, flow.Remote);

    /// <summary>For people, as a flow's own text.</summary>
    public override string ToString() => $"{Transport.UriName()} {Remote} at {ListenerName}";
}
