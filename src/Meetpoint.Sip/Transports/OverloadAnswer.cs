using System.Security.Cryptography;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Turns a new call away by 503 from the bytes that came, line by line: to read the message first would cost a good part of what a call costs, and to say
/// nothing would bring every INVITE seven times. What is not plain is left alone.
/// </summary>
/// <remarks>On the loop only.</remarks>
sealed class OverloadAnswer
{
    /// <summary>Longest answer made here.</summary>
    public const int MaxBytes = 4_096;

    /// <summary>What is added to a line, and what follows the last.</summary>
    const int Spare = 256;

    readonly byte[] _tag = [.. "ovl"u8, .. Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(16, lowercase: true))];

    /// <summary>True for the ACK of such an answer, which nobody waits for.</summary>
    public bool IsAckOfOne(ReadOnlySpan<byte> datagram) => datagram.StartsWith("ACK "u8) && datagram.IndexOf(_tag) >= 0;

    /// <summary>
    /// Writes the answer to where the INVITE came from (RFC 3261 section 18.2.2, RFC 3581); 0 when it would have to be read for that. Without Retry-After it is
    /// this call alone that the sender takes elsewhere, and not all that it has for us (section 21.5.4).
    /// </summary>
    /// <param name="invite">As it came.</param>
    /// <param name="flow">The way it came.</param>
    /// <param name="feedback">What its sender is told, if he asks.</param>
    /// <param name="answer">Of <see cref="MaxBytes"/>.</param>
    public int Write(ReadOnlySpan<byte> invite, SipFlow flow, in OverloadFeedback feedback, Span<byte> answer)
    {
        var length = Write(invite, flow.Remote, flow.IsReliable, answer);
        if (length == 0 || feedback.Percent == 0 || length + OverloadFeedback.MaxBytes > MaxBytes)
            return length;
        Span<byte> told = stackalloc byte[MaxBytes];
        if (!feedback.TryTell(answer[..length], told, out var longer))
            return length;
        told[..longer].CopyTo(answer);
        return longer;
    }

    /// <summary>The same, without being told.</summary>

    /// <param name="invite">As it came.</param>
    /// <param name="source">From where.</param>
    /// <param name="isReliable">Over a connection, where the answer goes too.</param>
    /// <param name="answer">Of <see cref="MaxBytes"/>.</param>
    public int Write(ReadOnlySpan<byte> invite, in NetAddress source, bool isReliable, Span<byte> answer)
    {
        var length = Append(answer, 0, "SIP/2.0 503 Overload\r\n"u8);
        var (seen, isTop) = (Parts.None, true);
        var rest = invite[(invite.IndexOf((byte)'\n') + 1)..];
        while (rest.IndexOf("\r\n"u8) is > 0 and var end)
        {
            var line = rest[..end];
            rest = rest[(end + 2)..];
            if (line[0] is (byte)' ' or (byte)'\t' || line.IndexOf((byte)'\n') >= 0 || line.IndexOf((byte)':') is not (> 0 and var colon))
                return 0;
            var part = PartOf(line[..colon].TrimEnd(" \t"u8));
            if (part == Parts.None)
                continue;
            if ((part != Parts.Via && (seen & part) != 0) || length + line.Length + Spare > MaxBytes)
                return 0;
            seen |= part;
            length = Append(answer, length, line[..(colon + 1)]);
            var value = line[(colon + 1)..];
            if (part == Parts.Via && isTop)
            {
                isTop = false;
                if (!IsPlain(value, in source, isReliable))
                    return 0;
                length = Append(answer, length, " "u8);
                var via = value.Trim(" \t"u8);
                length = ViaStamp.TryWrite(via, source, answer[length..], out var stamped) ? length + stamped : Append(answer, length, via);
            }
            else
            {
                length = Append(answer, length, value);
            }

            if (part == Parts.To)
                length = Append(answer, Append(answer, length, ";tag="u8), _tag);
            length = Append(answer, length, "\r\n"u8);
        }

        return seen == Parts.All ? Append(answer, length, "Content-Length: 0\r\n\r\n"u8) : 0;
    }

    /// <summary>One Via value, whose answer goes to the very port that it came from.</summary>
    static bool IsPlain(ReadOnlySpan<byte> via, in NetAddress source, bool isReliable)
    {
        if (via.IndexOf((byte)',') >= 0 || !ViaView.TryParse(via.Trim(" \t"u8), out var view))
            return false;
        return isReliable || view.HasRport || (view.Port == 0 ? 5060 : view.Port) == source.Port;
    }

    static Parts PartOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 => (name[0] | 0x20) switch { 'v' => Parts.Via, 'f' => Parts.From, 't' => Parts.To, 'i' => Parts.CallId, _ => Parts.None },
        2 when SipLexer.EqualsIgnoreCase(name, "To"u8) => Parts.To,
        3 when SipLexer.EqualsIgnoreCase(name, "Via"u8) => Parts.Via,
        4 when SipLexer.EqualsIgnoreCase(name, "From"u8) => Parts.From,
        4 when SipLexer.EqualsIgnoreCase(name, "CSeq"u8) => Parts.CSeq,
        7 when SipLexer.EqualsIgnoreCase(name, "Call-ID"u8) => Parts.CallId,
        _ => Parts.None,
    };

    static int Append(Span<byte> answer, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(answer[length..]);
        return length + text.Length;
    }

    [Flags]
    enum Parts : byte
    {
        None = 0,
        Via = 1,
        From = 2,
        To = 4,
        CallId = 8,
        CSeq = 16,
        All = 31,
    }
}
