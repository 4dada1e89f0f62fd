using System.Globalization;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Interop.Border;

/// <summary>A SIP request as text, by hand, so that each part of it can be wrong.</summary>
sealed record SipText(string Method, string Uri, NetAddress From)
{
    static int _count;

    readonly string _number = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}x{Interlocked.Increment(ref _count)}");

    public string Transport { get; init; } = "UDP";

    public string Caller { get; init; } = "sip:carol@albion.example";

    /// <summary>URI of To; null is the request URI.</summary>
    public string? To { get; init; }

    public string? Branch { get; init; }

    public string? CallId { get; init; }

    public string? FromTag { get; init; }

    public string ToTag { get; init; } = "";

    public int Sequence { get; init; } = 1;

    public int MaxForwards { get; init; } = 70;

    /// <summary>Further header lines, each with its CRLF.</summary>
    public string More { get; init; } = "";

    public string? ContentType { get; init; }

    public string Body { get; init; } = "";

    public string EffectiveFromTag => FromTag ?? "t" + _number;

    public string EffectiveCallId => CallId ?? $"{_number}@border";

    /// <summary>An INVITE with an offer of G.711.</summary>
    public static SipText Invite(string uri, NetAddress from, string caller, NetAddress? media = null) => new("INVITE", uri, from)
    {
        Caller = caller,
        ContentType = "application/sdp",
        Body = Offer(media ?? from.WithPort(29_998)),
    };

    public static string Offer(NetAddress media) =>
        $"v=0\r\no=- 1 1 IN IP4 {media.Host}\r\ns=-\r\nc=IN IP4 {media.Host}\r\nt=0 0\r\nm=audio {media.Port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n";

    public static int Status(string answer) => int.Parse(answer.AsSpan(8, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Value of the first header line of that name; null without.</summary>
    public static string? Header(string message, string name) => message.Split("\r\n\r\n")[0].Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    public static string BodyOf(string message) => message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    public static string TagOf(string answer) => Header(answer, "To") is { } to && to.IndexOf(";tag=", StringComparison.Ordinal) is >= 0 and var at ? to[(at + 5)..].Split(';')[0] : "";

    /// <summary>The ACK of a final answer other than 2xx (RFC 3261 section 17.1.1.3).</summary>
    public string AckOf(string answer) => (this with { Method = "ACK", ToTag = TagOf(answer), Branch = EffectiveBranch, CallId = EffectiveCallId, FromTag = EffectiveFromTag, ContentType = null, Body = "", More = "" }).ToString();

    /// <summary>A later request of the dialog that the answer began.</summary>
    public SipText Within(string answer, string method, int sequence) => this with
    {
        Method = method, Sequence = sequence, ToTag = TagOf(answer), CallId = EffectiveCallId, FromTag = EffectiveFromTag,
        Branch = $"z9hG4bK{_number}s{sequence}", ContentType = null, Body = "", More = "",
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Method} {Uri} SIP/2.0\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Via: SIP/2.0/{Transport} {From};branch={EffectiveBranch};rport\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Max-Forwards: {MaxForwards}\r\nFrom: <{Caller}>;tag={EffectiveFromTag}\r\nTo: <{To ?? Uri}>{(ToTag.Length > 0 ? ";tag=" + ToTag : "")}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Call-ID: {EffectiveCallId}\r\nCSeq: {Sequence} {Method}\r\nContact: <sip:border@{From}{(Transport == "UDP" ? "" : ";transport=" + Transport.ToLowerInvariant())}>\r\n");
        text.Append(More);
        if (ContentType is not null)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {ContentType}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n\r\n{Body}");
        return text.ToString();
    }

    string EffectiveBranch => Branch ?? "z9hG4bK" + _number;

}
