using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Payloads;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>The last step of all packets of lines: written into one buffer, protected, remembered, counted, handed out.</summary>
sealed class LineOutput(IVideoOutput output, VideoRoomOptions options)
{
    /// <summary>The last packets of a line that a probe is filled with.</summary>
    const int MaxProbePackets = 32;

    const int RtxHeaderLength = 2; // the original sequence number, RFC 4588 section 4

    readonly byte[] _packet = new byte[
        LineHeader.MaxLength + RtxHeaderLength + Vp8Descriptor.MaxLength + VideoRoomOptions.MaxPacketBytes + IMediaProtection.MaxOverhead];

    /// <summary>Sends a packet of a line.</summary>
    public void Send(SourceLine line, in LinePacket sent, in StoredPacket packet, ReadOnlySpan<byte> payload, long nowNs)
    {
        var fields = new RtpHeader(sent.Format.PayloadType, sent.Marker, sent.Sequence, sent.Timestamp, line.Ssrc);
        var length = line.Header.Write(_packet, fields, sent.Capture, line.Peer.Bandwidth.NextSequence);
        var header = length;
        length += WritePayload(_packet.AsSpan(length), sent, packet, payload);
        var plain = length;
        if (!TryFinish(line, ref length, nowNs))
            return;
        Count(line, header, plain);
        Remember(line, sent, length, nowNs);
        output.Send(line.Peer, line.Id, _packet.AsSpan(0, length), rtcp: false);
    }

    /// <summary>Sends a packet that carries nothing but padding, for a number that is taken (RFC 3550 5.1).</summary>
    public void SendEmpty(SourceLine line, in LinePacket sent, long nowNs)
    {
        var header = new RtpHeader(sent.Format.PayloadType, false, sent.Sequence, sent.Timestamp, line.Ssrc);
        var length = line.Header.Write(_packet, header, sent.Capture, line.Peer.Bandwidth.NextSequence);
        var plain = length;
        _packet[0] |= 0x20;
        _packet[length++] = 1;
        if (!TryFinish(line, ref length, nowNs))
            return;
        Count(line, plain, plain);
        output.Send(line.Peer, line.Id, _packet.AsSpan(0, length), rtcp: false);
    }

    /// <summary>Sends a packet again that the receiver asks for; true when it was.</summary>
    public bool SendAgain(SourceLine line, ushort sequence, long roundTripNs, long nowNs)
    {
        if (line.Ring is not { } ring)
            return false;
        ref readonly var sent = ref ring.Take(sequence, roundTripNs, nowNs);
        if (Unsafe.IsNullRef(in sent))
            return false;
        return line.RtxSsrc == 0 || sent.Format.RtxPayloadType < 0 ? SendSame(line, sent) : Retransmit(line, sent, nowNs) > 0;
    }

    /// <summary>
    /// Fills a probe of the way to a peer, in a stream for retransmissions, where nobody takes it for a picture: with what was sent last once more,
    /// or with padding while nothing is sent.
    /// </summary>
    public void SendProbe(VideoPeer peer, int bytes, long nowNs)
    {
        foreach (var line in peer.Lines)
        {
            if (line.RtxSsrc == 0 || !line.MaySend)
                continue;
            for (var back = 1; back <= MaxProbePackets && bytes > 0; back++)
                bytes -= line.Current is null || line.Ring is null ? SendPadding(line, nowNs) : Repeat(line, (ushort)(line.Numbers.Next - back), nowNs);
        }
    }

    int Repeat(SourceLine line, ushort sequence, long nowNs)
    {
        ref readonly var sent = ref line.Ring!.Find(sequence);
        return !Unsafe.IsNullRef(in sent) && sent.Format.RtxPayloadType >= 0 ? Retransmit(line, sent, nowNs) : 0;
    }

    int SendPadding(SourceLine line, long nowNs)
    {
        var format = line.Options.Formats.FirstOrDefault(candidate => candidate.RtxPayloadType >= 0);
        var header = new RtpHeader((byte)format.RtxPayloadType, false, line.RtxSequence++, line.Numbers.Newest.Timestamp, line.RtxSsrc);
        var length = line.Header.Write(_packet, header, default, line.Peer.Bandwidth.NextSequence);
        _packet[0] |= 0x20;
        _packet.AsSpan(length, byte.MaxValue).Clear();
        length += byte.MaxValue;
        _packet[length - 1] = byte.MaxValue;
        if (!TryFinish(line, ref length, nowNs))
            return 0;
        Count(line.Peer, length);
        output.Send(line.Peer, line.Id, _packet.AsSpan(0, length), rtcp: false);
        return length;
    }

    int Retransmit(SourceLine line, in LinePacket sent, long nowNs)
    {
        if (sent.Epoch != sent.Source.Epoch)
            return 0;
        ref readonly var packet = ref sent.Source.Store.Find(sent.Extended);
        if (Unsafe.IsNullRef(in packet) || sent.Source.Store.PayloadOf(packet) is not { IsEmpty: false } payload)
            return 0;

        var header = new RtpHeader((byte)sent.Format.RtxPayloadType, sent.Marker, line.RtxSequence++, sent.Timestamp, line.RtxSsrc);
        var length = line.Header.Write(_packet, header, sent.Capture, line.Peer.Bandwidth.NextSequence);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(length), sent.Sequence);
        length += RtxHeaderLength;
        length += WritePayload(_packet.AsSpan(length), sent, packet, payload);
        if (!TryFinish(line, ref length, nowNs))
            return 0;
        Count(line.Peer, length);
        output.Send(line.Peer, line.Id, _packet.AsSpan(0, length), rtcp: false);
        return length;
    }

    static int WritePayload(Span<byte> destination, in LinePacket sent, in StoredPacket packet, ReadOnlySpan<byte> payload)
    {
        if (packet.Codec != VideoCodec.Vp8)
        {
            payload.CopyTo(destination);
            return payload.Length;
        }

        var length = LineNumbers.Renumber(packet.Payload.Vp8, sent.PictureId, sent.BaseLayerIndex).Write(destination);
        payload = payload[packet.Payload.Vp8.Length..];
        payload.CopyTo(destination[length..]);
        return length + payload.Length;
    }

    /// <summary>Bit for bit, so that the same key stream never meets other bytes (RFC 3711 section 9.1).</summary>
    bool SendSame(SourceLine line, in LinePacket sent)
    {
        if (line.Bytes is null || line.Bytes.Get(sent.Place) is not { IsEmpty: false } packet)
            return false;
        Count(line.Peer, packet.Length);
        output.Send(line.Peer, line.Id, packet, rtcp: false);
        return true;
    }

    static void Count(SourceLine line, int header, int bytes)
    {
        line.PacketsSent++;
        line.HeaderBytesSent += header;
        line.BytesSent += bytes;
    }

    static void Count(VideoPeer peer, int bytes)
    {
        peer.Counts.PacketsSentAgain++;
        peer.Counts.BytesSentAgain += bytes;
    }

    void Remember(SourceLine line, in LinePacket sent, int length, long nowNs)
    {
        if (!line.Peer.Options.HasNack)
            return;
        line.Ring ??= new PacketRing();
        if (line.RtxSsrc != 0 && sent.Format.RtxPayloadType >= 0)
        {
            line.Ring.Add(sent);
            return;
        }

        line.Bytes ??= new ByteRing(options.MaxRingBytes, nowNs);
        line.Ring.Add(sent with { Place = line.Bytes.Add(_packet.AsSpan(0, length), nowNs) });
    }

    bool TryFinish(SourceLine line, ref int length, long nowNs)
    {
        if (line.Protection is { } protection ? !protection.TryProtect(_packet, length, rtcp: false, out length) : !line.MaySend)
            return false;
        line.Peer.Bandwidth.OnPacketSent(length, nowNs);
        return true;
    }
}
