using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Reads the Privacy header, and takes out of it what has been done. Values stand between semicolons; commas are understood.</summary>
static class PrivacyHeader
{
    const int MaxValueBytes = 256;

    /// <summary>What a message asks for, over all its Privacy lines.</summary>
    public static Privacy Of(SipMessage message)
    {
        var asked = Privacy.None;
        if (!message.Has(SipHeader.Privacy))
            return asked;
        foreach (ref readonly var line in message.Lines)
        {
            if (line.Header != SipHeader.Privacy)
                continue;
            var rest = message.ValueOf(in line);
            while (Next(ref rest, out var value))
                asked |= Meaning(value);
        }

        return asked;
    }

    /// <summary>Takes values out of the header, since they have been served (RFC 3323 section 5), and the header with the last of them.</summary>
    public static void Remove(SipEdits edits, Privacy served)
    {
        if (served == Privacy.None)
            return;
        Span<byte> left = stackalloc byte[MaxValueBytes];
        foreach (ref readonly var line in edits.Message.Lines)
        {
            if (line.Header != SipHeader.Privacy)
                continue;
            var length = 0;
            var asks = false;
            var rest = edits.Message.ValueOf(in line);
            if (rest.Length > MaxValueBytes)
                continue; // says more than there is to say, and goes on saying it
            while (Next(ref rest, out var value))
            {
                var meaning = Meaning(value);
                if ((meaning & served) != 0)
                    continue;
                if (length > 0)
                    left[length++] = (byte)';';
                value.CopyTo(left[length..]);
                length += value.Length;
                asks |= meaning != Privacy.Critical;
            }

            if (asks)
                edits.ReplaceValue(in line, left[..length]);
            else
                edits.Remove(in line);
        }
    }

    static bool Next(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        while (!rest.IsEmpty && value.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)';', (byte)',');
            value = rest[..(end < 0 ? rest.Length : end)].Trim(" \t\r\n"u8);
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return !value.IsEmpty;
    }

    static Privacy Meaning(ReadOnlySpan<byte> value) =>
        Ascii.EqualsIgnoreCase(value, "none"u8) ? Privacy.None
        : Ascii.EqualsIgnoreCase(value, "id"u8) ? Privacy.Id
        : Ascii.EqualsIgnoreCase(value, "user"u8) ? Privacy.User
        : Ascii.EqualsIgnoreCase(value, "header"u8) ? Privacy.Header
        : Ascii.EqualsIgnoreCase(value, "session"u8) ? Privacy.Session
        : Ascii.EqualsIgnoreCase(value, "history"u8) ? Privacy.History
        : Ascii.EqualsIgnoreCase(value, "critical"u8) ? Privacy.Critical
        : Privacy.Unknown;
}
