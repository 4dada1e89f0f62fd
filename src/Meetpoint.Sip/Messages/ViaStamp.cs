using System.Buffers.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// What a server adds to the top Via of a request: the address and port that it came from (RFC 3261 section 18.2.1, RFC 3581 section 4).
/// </summary>
static class ViaStamp
{
    /// <summary>Room that a stamped value needs beyond what it was.</summary>
    public const int MaxGrowth = NetAddress.MaxHostLength + 32;

    /// <summary>Writes the stamped value; false when it stays as it is: it cannot be read, the source is not known, or it says the source already.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> via, in NetAddress source, Span<byte> stamped, out int length)
    {
        length = 0;
        if (!source.IsSet || !ViaView.TryParse(via, out var view))
            return false;
        Span<byte> host = stackalloc byte[NetAddress.MaxHostLength];
        source.TryFormatHost(host, out var hostLength);
        var isSaid = !view.HasRport && view.Host.TrimStart((byte)'[').TrimEnd((byte)']').SequenceEqual(host[..hostLength]);
        var hasClaim = view.Parameters.TryGet("received"u8, out _);
        if ((isSaid && !hasClaim) || stamped.Length < via.Length + MaxGrowth)
            return false;
        var semicolon = via.IndexOf((byte)';');
        Append(stamped, ref length, semicolon < 0 ? via : via[..semicolon]);
        var rest = semicolon < 0 ? default : via[semicolon..];
        while (SipParameters.Next(ref rest, out var name, out var value))
        {
            // What the sender itself wrote there is no observation of ours.
            if (SipLexer.EqualsIgnoreCase(name, "received"u8) || SipLexer.EqualsIgnoreCase(name, "rport"u8))
                continue;
            Append(stamped, ref length, ";"u8);
            Append(stamped, ref length, name);
            if (value.IsEmpty)
                continue;
            Append(stamped, ref length, "="u8);
            Append(stamped, ref length, value);
        }

        if (isSaid)
            return true;
        Append(stamped, ref length, ";received="u8);
        Append(stamped, ref length, host[..hostLength]);
        if (!view.HasRport)
            return true;
        Append(stamped, ref length, ";rport="u8);
        Utf8Formatter.TryFormat(source.Port, stamped[length..], out var digits);
        length += digits;
        return true;
    }

    static void Append(Span<byte> to, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[length..]);
        length += text.Length;
    }
}
