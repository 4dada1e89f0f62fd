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
        var writer = new ViaWriter(stamped);
        // What the sender itself wrote there is no observation of ours.
        writer.Copy(via, static name => SipLexer.EqualsIgnoreCase(name, "received"u8) || SipLexer.EqualsIgnoreCase(name, "rport"u8));
        if (!isSaid)
        {
            writer.Append(";received="u8);
            writer.Append(host[..hostLength]);
            if (view.HasRport)
            {
                writer.Append(";rport="u8);
                writer.Append(source.Port);
            }
        }

        length = writer.Length;
        return true;
    }
}
