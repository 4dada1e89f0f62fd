namespace Meetpoint.Media.Rooms;

/// <summary>Encrypts and opens the packets of one leg in place: SRTP. One thread.</summary>
public interface IMediaProtection
{
    /// <summary>Bytes that a packet may grow by.</summary>
    const int MaxOverhead = 20;

    /// <summary>Protects the first <paramref name="length"/> bytes; the buffer has <see cref="MaxOverhead"/> more.</summary>
    bool TryProtect(Span<byte> buffer, int length, bool rtcp, out int newLength);

    /// <summary>Checks and opens a packet; false for a forged, replayed or foreign one.</summary>
    bool TryUnprotect(Span<byte> packet, bool rtcp, out int newLength);
}
