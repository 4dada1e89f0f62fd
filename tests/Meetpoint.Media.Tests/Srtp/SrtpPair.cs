using System.Buffers.Binary;
using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Tests.Srtp;

/// <summary>Two sessions with each other's keys, and packets to send between them.</summary>
sealed class SrtpPair
{
    public const int HeaderBytes = 12;
    public const uint Ssrc = 0x12345678;

    public SrtpPair(SrtpProfile profile, SrtpOptions? options = null)
    {
        var random = new Random(4);
        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
        byte[] keyA = Bytes(16), keyB = Bytes(16), saltA = Bytes(profile.SaltBytes), saltB = Bytes(profile.SaltBytes);
        A = SrtpSession.Create(profile, keyA, saltA, keyB, saltB, options);
        B = SrtpSession.Create(profile, keyB, saltB, keyA, saltA, options);
    }

    public SrtpSession A { get; }

    public SrtpSession B { get; }

    public static byte[] Rtp(int sequenceNumber, int payloadBytes = 160, uint ssrc = Ssrc)
    {
        var packet = new byte[HeaderBytes + payloadBytes];
        packet[0] = 0x80;
        packet[1] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        packet.AsSpan(HeaderBytes).Fill((byte)sequenceNumber);
        return packet;
    }

    public static byte[] Rtcp(uint ssrc = Ssrc)
    {
        var packet = new byte[28];
        packet[0] = 0x80;
        packet[1] = 200;
        packet[3] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }

    /// <summary>The packet as A protects it.</summary>
    public byte[] Protect(byte[] packet)
    {
        var buffer = new byte[packet.Length + SrtpSession.MaxOverheadBytes];
        packet.CopyTo(buffer, 0);
        var status = A.ProtectRtp(buffer, packet.Length, out var length);
        return status == SrtpStatus.Ok ? buffer[..length] : throw new InvalidOperationException($"Protecting gave {status}.");
    }

    public byte[] ProtectRtcp(byte[] packet)
    {
        var buffer = new byte[packet.Length + SrtpSession.MaxOverheadBytes];
        packet.CopyTo(buffer, 0);
        var status = A.ProtectRtcp(buffer, packet.Length, out var length);
        return status == SrtpStatus.Ok ? buffer[..length] : throw new InvalidOperationException($"Protecting gave {status}.");
    }

    public SrtpStatus Deliver(byte[] packet) => B.UnprotectRtp((byte[])packet.Clone(), out _);
}
