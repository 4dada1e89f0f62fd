namespace Meetpoint.Media.Rtp;

/// <summary>Audio levels in header extensions: of the sender (RFC 6464) and of each contributing source (RFC 6465).</summary>
/// <remarks>A level is 0 (overload) to 127 (digital silence), in -dBov.</remarks>
public static class AudioLevelExtension
{
    /// <summary>The name of the sender's level in SDP extmap.</summary>
    public const string ClientToMixerUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// <summary>The name of the contributing sources' levels in SDP extmap.</summary>
    public const string MixerToClientUri = "urn:ietf:params:rtp-hdrext:csrc-audio-level";

    /// <summary>Level that stands for digital silence.</summary>
    public const byte Silence = 127;

    /// <summary>The sender's level and whether it believes to send voice (RFC 6464 3).</summary>
    public static bool TryReadSender(in RtpPacket packet, int extensionId, out byte level, out bool voice)
    {
        level = Silence;
        voice = false;
        if (extensionId == 0 || !packet.TryGetExtension(extensionId, out var value) || value.IsEmpty)
            return false;
        level = (byte)(value[0] & 0x7F);
        voice = (value[0] & 0x80) != 0;
        return true;
    }

    /// <summary>The level of the contributing source at <paramref name="index"/> of the CSRC list (RFC 6465 3).</summary>
    public static bool TryReadContributor(in RtpPacket packet, int extensionId, int index, out byte level)
    {
        level = Silence;
        if (extensionId == 0 || !packet.TryGetExtension(extensionId, out var value) || index >= value.Length)
            return false;
        level = (byte)(value[index] & 0x7F);
        return true;
    }
}
