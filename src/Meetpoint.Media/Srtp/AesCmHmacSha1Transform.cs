using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Meetpoint.Media.Srtp.Crypto;

namespace Meetpoint.Media.Srtp;

/// <summary>
/// AES in counter mode and a cut HMAC-SHA1 (RFC 3711 4.1.1 and 4.2.1). What the code covers beyond the packet (the rollover counter of RTP)
/// is written for a moment where the tag stands, so that the hash runs over one piece of memory.
/// </summary>
sealed class AesCmHmacSha1Transform : SrtpTransform
{
    const int RolloverBytes = 4;
    const int IndexWordBytes = 4;
    const int RtcpTagBytes = 10;

    readonly int _rtpTagBytes;
    readonly Aes128 _rtpCipher;
    readonly HmacSha1 _rtpCode;
    readonly Vector128<byte> _rtpSalt;
    readonly Aes128 _rtcpCipher;
    readonly HmacSha1 _rtcpCode;
    readonly Vector128<byte> _rtcpSalt;

    /// <param name="rtp">Keys for RTP.</param>
    /// <param name="rtcp">Keys for RTCP.</param>
    /// <param name="rtpTagBytes">10 or 4; the tag of RTCP is 10 in both profiles (RFC 5764 4.1.2).</param>
    public AesCmHmacSha1Transform(SrtpSessionKeys rtp, SrtpSessionKeys rtcp, int rtpTagBytes)
    {
        _rtpTagBytes = rtpTagBytes;
        _rtpCipher = Aes128.Create(rtp.Encryption);
        _rtpCode = HmacSha1.Create(rtp.Authentication);
        _rtpSalt = SaltedCounter.Pad(rtp.Salt);
        _rtcpCipher = Aes128.Create(rtcp.Encryption);
        _rtcpCode = HmacSha1.Create(rtcp.Authentication);
        _rtcpSalt = SaltedCounter.Pad(rtcp.Salt);
    }

    public override int SealRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, ulong index)
    {
        _rtpCipher.XorKeystream(buffer[headerLength..length], SaltedCounter.ForCounterMode(_rtpSalt, ssrc, index));
        Span<byte> code = stackalloc byte[HmacSha1.DigestBytes];
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)(index >> 16));
        _rtpCode.Compute(buffer[..(length + RolloverBytes)], code);
        code[.._rtpTagBytes].CopyTo(buffer[length..]);
        return length + _rtpTagBytes;
    }

    public override bool OpenRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        var length = packet.Length - _rtpTagBytes;
        Span<byte> code = stackalloc byte[HmacSha1.DigestBytes];
        var room = packet.Slice(length, RolloverBytes);
        var saved = BinaryPrimitives.ReadUInt32BigEndian(room);
        BinaryPrimitives.WriteUInt32BigEndian(room, (uint)(index >> 16));
        _rtpCode.Compute(packet[..(length + RolloverBytes)], code);
        BinaryPrimitives.WriteUInt32BigEndian(room, saved);
        if (!CryptographicOperations.FixedTimeEquals(code[.._rtpTagBytes], packet[length..]))
        {
            return false;
        }
        _rtpCipher.XorKeystream(packet[headerLength..length], SaltedCounter.ForCounterMode(_rtpSalt, ssrc, index));
        return true;
    }

    public override int SealRtcp(Span<byte> buffer, int length, uint ssrc, uint index)
    {
        _rtcpCipher.XorKeystream(buffer[RtcpHeaderBytes..length], SaltedCounter.ForCounterMode(_rtcpSalt, ssrc, index));
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], index | RtcpEncryptedFlag);
        var covered = length + IndexWordBytes;
        Span<byte> code = stackalloc byte[HmacSha1.DigestBytes];
        _rtcpCode.Compute(buffer[..covered], code);
        code[..RtcpTagBytes].CopyTo(buffer[covered..]);
        return covered + RtcpTagBytes;
    }

    public override uint RtcpIndexWord(ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[^(RtcpTagBytes + IndexWordBytes)..]);

    public override bool OpenRtcp(Span<byte> packet, uint ssrc, uint indexWord)
    {
        Span<byte> code = stackalloc byte[HmacSha1.DigestBytes];
        _rtcpCode.Compute(packet[..^RtcpTagBytes], code);
        if (!CryptographicOperations.FixedTimeEquals(code[..RtcpTagBytes], packet[^RtcpTagBytes..]))
        {
            return false;
        }
        if ((indexWord & RtcpEncryptedFlag) != 0)
        {
            var counter = SaltedCounter.ForCounterMode(_rtcpSalt, ssrc, indexWord & ~RtcpEncryptedFlag);
            _rtcpCipher.XorKeystream(packet[RtcpHeaderBytes..^(RtcpTagBytes + IndexWordBytes)], counter);
        }
        return true;
    }

    public override void Dispose()
    {
        _rtpCipher.Dispose();
        _rtpCode.Dispose();
        _rtcpCipher.Dispose();
        _rtcpCode.Dispose();
    }
}
