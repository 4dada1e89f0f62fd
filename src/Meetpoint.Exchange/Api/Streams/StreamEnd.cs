using System.Net.WebSockets;

namespace Meetpoint.Exchange.Api.Streams;

/// <summary>Why a stream ends, as its close frame says it (RFC 6455 section 7.4).</summary>
/// <param name="Code">Close code.</param>
/// <param name="Reason">For people.</param>
sealed record StreamEnd(WebSocketCloseStatus Code, string Reason)
{
    /// <summary>The client ended it, or is gone.</summary>
    public static readonly StreamEnd ByClient = new(WebSocketCloseStatus.NormalClosure, "");

    /// <summary>The exchange stops.</summary>
    public static readonly StreamEnd Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "the exchange stops: come back in a moment");

    /// <summary>The key was revoked.</summary>
    public static readonly StreamEnd KeyGone = new(WebSocketCloseStatus.PolicyViolation, "the key holds no more");

    /// <summary>Nothing is wanted of it.</summary>
    public static readonly StreamEnd Idle = new(WebSocketCloseStatus.PolicyViolation, "idle: nothing is watched or listened for");

    /// <summary>What the client is told it does not acknowledge.</summary>
    public static readonly StreamEnd Unacknowledged = new(WebSocketCloseStatus.PolicyViolation, "messages are not acknowledged: what was not is told again");

    /// <summary>A frame of bytes.</summary>
    public static readonly StreamEnd Binary = new(WebSocketCloseStatus.InvalidMessageType, "frames are text, each a JSON object");

    /// <summary>A frame that is longer than is taken.</summary>
    public static StreamEnd TooLong(int bytes) => new(WebSocketCloseStatus.MessageTooBig, $"a frame has {bytes} bytes at most");

    /// <summary>A frame that is no JSON object.</summary>
    public static StreamEnd NoJson(string detail) => new(WebSocketCloseStatus.InvalidPayloadData, detail.Length > StreamLimits.ReasonLength ? detail[..StreamLimits.ReasonLength] : detail);
}
