using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A session as it was seen on the wire: every leg that passed here.</summary>
/// <param name="Id">Session-ID (RFC 7989) of its first message; its Call-ID when it has none.</param>
/// <param name="Started">When its first message passed.</param>
/// <param name="IsCut">True when it has more messages than are given; these are the newest.</param>
/// <param name="Messages">In the order in which they passed.</param>
public sealed record TraceView(string Id, Instant Started, bool IsCut, IReadOnlyList<TraceMessageView> Messages);

/// <summary>A message as it stood on the wire, secrets masked by as many x.</summary>
/// <param name="Session">Id of the session that it belongs to.</param>
/// <param name="Position">Its place in the trace; later messages have higher ones.</param>
/// <param name="At">When, by the wall clock of that moment.</param>
/// <param name="MonotonicNs">When, in monotonic nanoseconds: right for differences between messages of one run of the machine.</param>
/// <param name="Event">received, invalid (received, and not valid), dropped (received from someone unknown), sent, or unsent (it could not leave).</param>
/// <param name="Error">Why it is not valid; null when it is.</param>
/// <param name="Transport">udp, tcp or tls.</param>
/// <param name="Local">Address and port of this end; null where a connection never opened.</param>
/// <param name="Remote">Address and port of the other end.</param>
/// <param name="OpenedHere">True on a connection that this exchange opened.</param>
/// <param name="Listener">Name of the listener.</param>
/// <param name="Party">Id of the neighbour, or of the endpoint that has proved itself; null for who is not known.</param>
/// <param name="CallId">Call-ID; null without.</param>
/// <param name="Summary">Method and Request-URI, or status and reason phrase; null when there is no start line to be read.</param>
/// <param name="Length">Bytes on the wire; more than are given when the body was cut.</param>
/// <param name="Text">The message; null when it is no valid UTF-8.</param>
/// <param name="Base64">The message when it is no valid UTF-8; null otherwise.</param>
public sealed record TraceMessageView(
    string Session, long Position, Instant At, long MonotonicNs, string Event, string? Error, string Transport, string? Local, string Remote,
    bool OpenedHere, string Listener, string? Party, string? CallId, string? Summary, int Length, string? Text, string? Base64);
