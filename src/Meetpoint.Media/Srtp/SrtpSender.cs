namespace Meetpoint.Media.Srtp;

/// <summary>Protects what goes out. Not thread-safe.</summary>
sealed class SrtpSender(SrtpProfile profile, SrtpTransform transform, SrtpOptions options) : IDisposable
{
    const uint RtcpIndexEnd = 1u << 31;

    readonly int _rtpOverheadBytes = profile.RtpOverheadBytes;
    readonly int _rtcpOverheadBytes = profile.RtcpOverheadBytes;
    readonly SourceTable _sources = new(options.MaxSources);
    long _rtpPacketsLeft = options.MaxRtpPackets;
    long _rtcpPacketsLeft = options.MaxRtcpPackets;

    public SrtpStatus ProtectRtp(Span<byte> buffer, int length, out int newLength)
    {
        newLength = length;
        if ((uint)length > (uint)buffer.Length || !SrtpPacket.TryGetRtpHeaderLength(buffer[..length], out var headerLength))
        {
            return SrtpStatus.Malformed;
        }
        if (buffer.Length - length < _rtpOverheadBytes)
        {
            return SrtpStatus.BufferTooSmall;
        }
        if (_rtpPacketsLeft == 0)
        {
            return SrtpStatus.KeyExpired;
        }
        var ssrc = SrtpPacket.RtpSsrc(buffer);
        if (FindOrAdd(ssrc) is not { } source)
        {
            return SrtpStatus.TooManySources;
        }
        var status = source.Rtp.TryEstimate(SrtpPacket.RtpSequenceNumber(buffer), out var index);
        if (status != SrtpStatus.Ok || (status = source.Rtp.Check(index)) != SrtpStatus.Ok)
        {
            return status;
        }
        newLength = transform.SealRtp(buffer, length, headerLength, ssrc, index);
        source.Rtp.Record(index);
        _rtpPacketsLeft--;
        return SrtpStatus.Ok;
    }

    public SrtpStatus ProtectRtcp(Span<byte> buffer, int length, out int newLength)
    {
        newLength = length;
        if ((uint)length > (uint)buffer.Length || !SrtpPacket.IsRtcp(buffer[..length]))
        {
            return SrtpStatus.Malformed;
        }
        if (buffer.Length - length < _rtcpOverheadBytes)
        {
            return SrtpStatus.BufferTooSmall;
        }
        var ssrc = SrtpPacket.RtcpSsrc(buffer);
        if (FindOrAdd(ssrc) is not { } source)
        {
            return SrtpStatus.TooManySources;
        }
        if (_rtcpPacketsLeft == 0 || source.NextRtcpIndex == RtcpIndexEnd)
        {
            return SrtpStatus.KeyExpired;
        }
        newLength = transform.SealRtcp(buffer, length, ssrc, source.NextRtcpIndex);
        source.NextRtcpIndex++;
        _rtcpPacketsLeft--;
        return SrtpStatus.Ok;
    }

    public void Dispose() => transform.Dispose();

    SourceState? FindOrAdd(uint ssrc) => _sources.Find(ssrc) ?? (_sources.IsFull ? null : _sources.Add(ssrc));
}
