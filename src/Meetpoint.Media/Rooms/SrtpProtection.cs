using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Rooms;

/// <summary>A leg's encryption by SRTP (RFC 3711).</summary>
public sealed class SrtpProtection(SrtpSession session) : IMediaProtection
{
    /// <inheritdoc/>
    public bool TryProtect(Span<byte> buffer, int length, bool rtcp, out int newLength) =>
        (rtcp ? session.ProtectRtcp(buffer, length, out newLength) : session.ProtectRtp(buffer, length, out newLength)) == SrtpStatus.Ok;

    /// <inheritdoc/>
    public bool TryUnprotect(Span<byte> packet, bool rtcp, out int newLength) =>
        (rtcp ? session.UnprotectRtcp(packet, out newLength) : session.UnprotectRtp(packet, out newLength)) == SrtpStatus.Ok;
}
