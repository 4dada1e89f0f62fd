namespace Meetpoint.Media.Dtls;

/// <summary>What shares a media port (RFC 7983, RFC 9443).</summary>
public enum PacketKind
{
    /// <summary>Nothing known: drop it.</summary>
    Unknown = 0,

    /// <summary>STUN: ICE checks and consent.</summary>
    Stun,

    /// <summary>ZRTP; not implemented.</summary>
    Zrtp,

    /// <summary>A DTLS record.</summary>
    Dtls,

    /// <summary>TURN channel data.</summary>
    TurnChannel,

    /// <summary>RTP or RTCP, secured or not.</summary>
    Rtp,
}

/// <summary>The rule that tells the kinds apart.</summary>
public static class PacketDemultiplexing
{
    extension(PacketKind)
    {
        /// <summary>The kind of a datagram, from its first byte (RFC 7983 7).</summary>
        public static PacketKind Of(byte firstByte) => firstByte switch
        {
            <= 3 => PacketKind.Stun,
            >= 16 and <= 19 => PacketKind.Zrtp,
            >= 20 and <= 63 => PacketKind.Dtls,
            >= 64 and <= 79 => PacketKind.TurnChannel,
            >= 128 and <= 191 => PacketKind.Rtp,
            _ => PacketKind.Unknown,
        };

        /// <summary>Among packets of kind <see cref="PacketKind.Rtp"/>: whether it is RTCP, from its second byte (RFC 5761 4).</summary>
        public static bool IsRtcp(byte secondByte) => secondByte is >= 192 and <= 223;
    }
}
