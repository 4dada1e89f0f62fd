namespace Meetpoint.Bench.Sip.Agents;

/// <summary>What every answer takes over from its request (RFC 3261 section 8.2.6.2).</summary>
static class AgentAnswer
{
    public static MessageText To(MessageText text, in HeardMessage request, ReadOnlySpan<byte> status, ReadOnlySpan<byte> toTag = default)
    {
        text.Begin("SIP/2.0 "u8).Add(status).Add("\r\n"u8).AddLines(request.Lines("Via: "u8)).AddLines(request.Lines("Record-Route: "u8))
            .AddLines(request.Lines("From: "u8)).Add("To: "u8).Add(request.Value("To: "u8));
        if (!toTag.IsEmpty)
            text.Add(";tag="u8).Add(toTag);
        return text.Add("\r\n"u8).AddLines(request.Lines("Call-ID: "u8)).AddLines(request.Lines("CSeq: "u8));
    }
}
