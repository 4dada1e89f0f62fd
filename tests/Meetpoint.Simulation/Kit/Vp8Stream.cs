using Meetpoint.Media.Rtp;
using Meetpoint.Tests.Support;

namespace Meetpoint.Simulation.Kit;

/// <summary>A stream of VP8 that is VP8 in its headers alone; behind them stands what the picture shows (RFC 7741).</summary>
sealed class Vp8Stream(uint ssrc)
{
    public const byte PayloadType = 96;
    public const string Encoding = "VP8";

    const int DescriptorLength = 1;

    /// <summary>Octets behind what is shown, so that a packet has some size.</summary>
    const int Padding = 100;

    readonly byte[] _packet = new byte[400];
    ushort _sequence;
    uint _timestamp;

    /// <summary>Of all its packets.</summary>
    public uint Ssrc => ssrc;

    /// <summary>The next packet of a picture; good until the one after it.</summary>
    /// <param name="isFirst">It begins a picture.</param>
    /// <param name="isLast">It ends it.</param>
    /// <param name="isKeyframe">The picture stands by itself.</param>
    /// <param name="height">Lines of a keyframe.</param>
    /// <param name="shows">What it shows.</param>
    public ReadOnlySpan<byte> Next(bool isFirst, bool isLast, bool isKeyframe, int height, ReadOnlySpan<byte> shows)
    {
        Array.Clear(_packet);
        var length = new RtpHeader(PayloadType, isLast, _sequence++, _timestamp, ssrc).Write(_packet);
        _packet[length] = (byte)(isFirst ? 0x10 : 0x00);
        length += DescriptorLength;
        if (isFirst)
        {
            Vp8FrameHeader.Write(_packet.AsSpan(length), isKeyframe, height);
            length += Vp8FrameHeader.Length;
        }

        shows.CopyTo(_packet.AsSpan(length));
        return _packet.AsSpan(0, length + shows.Length + Padding);
    }

    /// <summary>Time goes on to the next picture.</summary>
    /// <param name="ticks">Of 90 kHz.</param>
    public void Advance(uint ticks) => _timestamp += ticks;

    /// <summary>What a packet shows, and whether it begins a picture.</summary>
    /// <param name="payload">Of such a stream, by whatever forwarded it: the descriptor may have grown.</param>
    public static (bool IsFirst, int At) Read(ReadOnlySpan<byte> payload)
    {
        var at = 1;
        if ((payload[0] & 0x80) != 0)
        {
            var has = payload[1];
            at = 2 + ((has & 0x80) == 0 ? 0 : (payload[2] & 0x80) != 0 ? 2 : 1) + ((has & 0x40) != 0 ? 1 : 0) + ((has & 0x30) != 0 ? 1 : 0);
        }

        var isFirst = (payload[0] & 0x17) == 0x10;
        return (isFirst, at + (isFirst ? Vp8FrameHeader.Length : 0));
    }
}
