using System.Text;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls;

/// <summary>Messages as they come, made from the lines that matter.</summary>
static class CallMessages
{
    /// <summary>An INVITE with these header lines after its own; a line that begins with "From:" stands for From.</summary>
    public static SipMessage Invite(params string[] lines) => Parse(
        "INVITE sip:bob@liberty.example SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1", "Max-Forwards: 70", "To: <sip:bob@liberty.example>",
        "Call-ID: c1@192.0.2.9", "CSeq: 1 INVITE", "Contact: \"Alice\" <sip:alice@192.0.2.9>", lines);

    public static SipMessage Parse(string start, string via, string forwards, string to, string callId, string cseq, string contact, params string[] lines)
    {
        string[] all = [start, via, .. lines, forwards, to, callId, cseq, contact, "Content-Length: 0"];
        return Parse(string.Join("\r\n", all.Where(line => line.Length > 0)) + "\r\n\r\n");
    }

    public static SipMessage Parse(string text)
    {
        var message = new SipMessage();
        message.TryParse(Encoding.UTF8.GetBytes(text), out var error).ShouldBeTrue($"{error}: {text}");
        return message;
    }

    /// <summary>The lines of the edited message that are not those of the first, marked "+", and those that are gone, marked "-".</summary>
    public static string[] Changes(SipEdits edits)
    {
        var before = Lines(edits.Message.Bytes);
        var after = Lines(edits.Write());
        return [.. before.Except(after).Select(line => "-" + line), .. after.Except(before).Select(line => "+" + line)];
    }

    static List<string> Lines(ReadOnlySpan<byte> bytes) => [.. Encoding.UTF8.GetString(bytes).Split("\r\n")];
}
