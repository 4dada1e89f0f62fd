using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Output;

namespace Meetpoint.Tests.Output;

/// <summary>Messages of a trace as the API gives them.</summary>
static class Traced
{
    public const string Sdp = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/SAVP 0 8 101\na=rtpmap:101 telephone-event/8000\na=sendonly\n";

    public static TracedMessage Message(
        int milliseconds, string what, string start, string remote = "192.0.2.7:5060", string? party = "albion-gw", string transport = "udp", string body = "",
        string cseq = "1 INVITE", string local = "192.0.2.1:5060", bool openedHere = false, string? error = null, int? length = null, string session = "s1")
    {
        var text = $"""
            {start}
            Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1
            From: <sip:alice@a.example>;tag=1
            To: <sip:bob@b.example>
            Call-ID: leg
            CSeq: {cseq}
            {(body.Length > 0 ? "Content-Type: application/sdp\n" : "")}Content-Length: {body.ReplaceLineEndings("\r\n").Length}

            {body}
            """.ReplaceLineEndings("\r\n");
        return TracedMessage.Of(new JsonObject
        {
            ["session"] = session,
            ["position"] = milliseconds,
            ["at"] = $"2026-11-22T09:30:{milliseconds / 1_000:d2}.{milliseconds % 1_000:d3}Z",
            ["monotonicNs"] = milliseconds * 1_000_000L,
            ["event"] = what,
            ["error"] = error,
            ["transport"] = transport,
            ["local"] = local,
            ["remote"] = remote,
            ["openedHere"] = openedHere,
            ["listener"] = "inside",
            ["party"] = party,
            ["callId"] = "leg",
            ["length"] = length ?? Encoding.UTF8.GetByteCount(text),
            ["text"] = text,
        });
    }

    /// <summary>A call through the exchange from one gateway to another.</summary>
    public static TracedMessage[] Call() =>
    [
        Message(0, "received", "INVITE sip:+12125550100@b.example SIP/2.0", body: Sdp),
        Message(5, "sent", "SIP/2.0 100 Trying"),
        Message(8, "sent", "INVITE sip:+12125550100@b.example SIP/2.0", "192.0.2.9:5061", "liberty", "tls", openedHere: true),
        Message(500, "received", "INVITE sip:+12125550100@b.example SIP/2.0", body: Sdp),
        Message(1_200, "received", "SIP/2.0 486 Busy Here", "192.0.2.9:5061", "liberty", "tls", openedHere: true),
        Message(1_201, "sent", "SIP/2.0 486 Busy Here"),
        Message(1_300, "received", "BYE sip:x@b SIP/2.0", cseq: "2 BYE"),
        Message(1_301, "sent", "SIP/2.0 481 Call/Transaction Does Not Exist", cseq: "2 BYE"),
    ];
}
