namespace Meetpoint.Media.Srtp;

/// <summary>Checks and opens what comes in. State changes only for authentic packets, so a forger can neither fill nor move it.</summary>
sealed class SrtpReceiver(SrtpProfile profile, SrtpTransform transform, SrtpOptions options) : IDisposable
{
    readonly int _rtpOverheadBytes = profile.RtpOverheadBytes;
    readonly int _rtcpOverheadBytes = profile.RtcpOverheadBytes;
    readonly SourceTable _sources = new(options.MaxSources);

    public SrtpStatus UnprotectRtp(Span<byte> packet, out int newLength)
    {
        newLength = packet.Length;
        if (!SrtpPacket.TryGetRtpHeaderLength(packet, out var headerLength) || packet.Length < headerLength + _rtpOverheadBytes)
        {
            return SrtpStatus.Malformed;
        }
        var ssrc = SrtpPacket.RtpSsrc(packet);
        var source = _sources.Find(ssrc);
        ulong index = SrtpPacket.RtpSequenceNumber(packet);
        if (source is not null)
        {
            var status = source.Rtp.TryEstimate((ushort)index, out index);
            if (status != SrtpStatus.Ok || (status = source.Rtp.Check(index)) != SrtpStatus.Ok)
            {
                return status;
            }
        }
        else if (_sources.IsFull)
        {
            return SrtpStatus.TooManySources;
        }
        // A packet that does not open is left as it came, and may be tried again.
        var guesses = source is null ? options.RolloverGuesses : 0;
        while (!transform.OpenRtp(packet, headerLength, ssrc, index))
        {
            if (guesses-- == 0)
            {
                return SrtpStatus.AuthenticationFailed;
            }
            index += 1 << 16;
        }
        (source ?? _sources.Add(ssrc)).Rtp.Record(index);
        newLength = packet.Length - _rtpOverheadBytes;
        return SrtpStatus.Ok;
    }

    public SrtpStatus UnprotectRtcp(Span<byte> packet, out int newLength)
    {
        newLength = packet.Length;
        if (!SrtpPacket.IsRtcp(packet) || packet.Length < SrtpTransform.RtcpHeaderBytes + _rtcpOverheadBytes)
        {
            return SrtpStatus.Malformed;
        }
        var ssrc = SrtpPacket.RtcpSsrc(packet);
        var indexWord = transform.RtcpIndexWord(packet);
        var index = indexWord & ~SrtpTransform.RtcpEncryptedFlag;
        var source = _sources.Find(ssrc);
        if (source is not null)
        {
            var status = source.Rtcp.Check(index);
            if (status != SrtpStatus.Ok)
            {
                return status;
            }
        }
        else if (_sources.IsFull)
        {
            return SrtpStatus.TooManySources;
        }
        if (!transform.OpenRtcp(packet, ssrc, indexWord))
        {
            return SrtpStatus.AuthenticationFailed;
        }
        (source ?? _sources.Add(ssrc)).Rtcp.Record(index);
        newLength = packet.Length - _rtcpOverheadBytes;
        return SrtpStatus.Ok;
    }

    public void Dispose() => transform.Dispose();
}
