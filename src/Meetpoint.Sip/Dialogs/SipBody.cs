using System.Text;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>What a body says of a session.</summary>
enum SdpPresence : byte
{
    Absent,
    Present,
    Malformed,

    /// <summary>A body of another type that may not be ignored.</summary>
    Unsupported,
}

/// <summary>Finds the session description of a message, also as a part of multipart/mixed (RFC 5621).</summary>
public static class SipBody
{
    /// <summary>Parts that are looked at.</summary>
    const int MaxParts = 16;

    /// <summary>The session description of a message as it stands there: its body, or the part of a multipart body; false without.</summary>
    public static bool TryFindSdp(SipMessage message, out ReadOnlySpan<byte> sdp)
    {
        sdp = default;
        if (message.Body.IsEmpty)
            return false;
        var type = message.MediaType;
        if (type == SdpDescription.MediaType)
        {
            sdp = message.Body;
            return true;
        }

        if (type is not ("multipart/mixed" or "multipart/alternative"))
            return false;
        sdp = Part(message, out var found);
        return found;
    }

    internal static SdpPresence Sdp(SipMessage message, out SdpDescription? sdp, out SdpError error)
    {
        sdp = null;
        error = SdpError.None;
        if (message.Body.IsEmpty)
            return SdpPresence.Absent;
        var type = message.MediaType;
        if (type == SdpDescription.MediaType)
            return SdpDescription.TryParse(message.Body, out sdp, out error) ? SdpPresence.Present : SdpPresence.Malformed;
        if (type is "multipart/mixed" or "multipart/alternative")
        {
            var part = Part(message, out var found);
            if (found)
                return SdpDescription.TryParse(part, out sdp, out error) ? SdpPresence.Present : SdpPresence.Malformed;
        }

        // Content-Disposition may say that it is not needed (RFC 3261 section 20.11).
        return message.Text(SipHeader.Content_Disposition)?.Contains("handling=optional", StringComparison.OrdinalIgnoreCase) == true
            ? SdpPresence.Absent : SdpPresence.Unsupported;
    }

    static ReadOnlySpan<byte> Part(SipMessage message, out bool found)
    {
        found = false;
        var header = message.Value(SipHeader.Content_Type);
        var semicolon = header.IndexOf((byte)';');
        var boundary = semicolon < 0 ? default : new SipParameters(header[semicolon..])["boundary"u8].Trim((byte)'"');
        if (boundary.IsEmpty || boundary.Length > 70)
            return default;
        ReadOnlySpan<byte> delimiter = Encoding.ASCII.GetBytes("--" + Encoding.ASCII.GetString(boundary));
        var rest = message.Body;
        for (var parts = 0; parts < MaxParts; parts++)
        {
            var begin = rest.IndexOf(delimiter);
            if (begin < 0)
                return default;
            rest = rest[(begin + delimiter.Length)..];
            var end = rest.IndexOf(delimiter);
            var head = rest.IndexOf("\r\n\r\n"u8);
            if (end < 0 || head < 0 || head > end)
                return default;
            if (Encoding.ASCII.GetString(rest[..head]).Contains(SdpDescription.MediaType, StringComparison.OrdinalIgnoreCase))
            {
                found = true;
                return rest[(head + 4)..end].TrimEnd("\r\n"u8);
            }

            rest = rest[end..];
        }

        return default;
    }
}
