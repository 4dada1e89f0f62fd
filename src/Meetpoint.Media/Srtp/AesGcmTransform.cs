using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Meetpoint.Media.Srtp.Crypto;

namespace Meetpoint.Media.Srtp;

/// <summary>AEAD_AES_128_GCM (RFC 7714). The tag is checked before a byte is decrypted.</summary>
sealed class AesGcmTransform : SrtpTransform
{
    const int TagBytes = 16;
    const int IndexWordBytes = 4;

    // SP 800-38D 7.1: block 1 encrypts the tag, the text starts with block 2.
    const uint TagBlock = 1;
    const uint FirstTextBlock = 2;

    readonly Aes128 _rtpCipher;
    readonly Ghash _rtpHash;
    readonly Vector128<byte> _rtpSalt;
    readonly Aes128 _rtcpCipher;
    readonly Ghash _rtcpHash;
    readonly Vector128<byte> _rtcpSalt;

    public AesGcmTransform(SrtpSessionKeys rtp, SrtpSessionKeys rtcp)
    {
        _rtpCipher = Aes128.Create(rtp.Encryption);
        _rtpHash = Ghash.Create(_rtpCipher.EncryptBlock(default));
        _rtpSalt = SaltedCounter.Pad(rtp.Salt);
        _rtcpCipher = Aes128.Create(rtcp.Encryption);
        _rtcpHash = Ghash.Create(_rtcpCipher.EncryptBlock(default));
        _rtcpSalt = SaltedCounter.Pad(rtcp.Salt);
    }

    public override int SealRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, ulong index)
    {
        var text = buffer[headerLength..length];
        _rtpCipher.XorKeystream(text, SaltedCounter.ForGcm(_rtpSalt, ssrc, index, FirstTextBlock));
        RtpTag(buffer[..headerLength], text, ssrc, index).CopyTo(buffer[length..]);
        return length + TagBytes;
    }

    public override bool OpenRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        var text = packet[headerLength..^TagBytes];
        if (!Matches(RtpTag(packet[..headerLength], text, ssrc, index), packet[^TagBytes..]))
        {
            return false;
        }
        _rtpCipher.XorKeystream(text, SaltedCounter.ForGcm(_rtpSalt, ssrc, index, FirstTextBlock));
        return true;
    }

    public override int SealRtcp(Span<byte> buffer, int length, uint ssrc, uint index)
    {
        var text = buffer[RtcpHeaderBytes..length];
        _rtcpCipher.XorKeystream(text, SaltedCounter.ForGcm(_rtcpSalt, ssrc, index, FirstTextBlock));
        var indexWord = index | RtcpEncryptedFlag;
        RtcpTag(buffer[..RtcpHeaderBytes], text, ssrc, indexWord).CopyTo(buffer[length..]);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(length + TagBytes)..], indexWord);
        return length + TagBytes + IndexWordBytes;
    }

    public override uint RtcpIndexWord(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^IndexWordBytes..]);

    public override bool OpenRtcp(Span<byte> packet, uint ssrc, uint indexWord)
    {
        var end = packet.Length - TagBytes - IndexWordBytes;
        var tag = packet.Slice(end, TagBytes);
        if ((indexWord & RtcpEncryptedFlag) == 0)
        {
            return Matches(ClearRtcpTag(packet, end, ssrc, indexWord), tag);
        }
        var text = packet[RtcpHeaderBytes..end];
        if (!Matches(RtcpTag(packet[..RtcpHeaderBytes], text, ssrc, indexWord), tag))
        {
            return false;
        }
        _rtcpCipher.XorKeystream(text, SaltedCounter.ForGcm(_rtcpSalt, ssrc, indexWord & ~RtcpEncryptedFlag, FirstTextBlock));
        return true;
    }

    public override void Dispose()
    {
        _rtpCipher.Dispose();
        _rtpHash.Dispose();
        _rtcpCipher.Dispose();
        _rtcpHash.Dispose();
    }

    /// <summary>One comparison of all 16 bytes, so its time says nothing of where they differ.</summary>
    static bool Matches(Vector128<byte> tag, ReadOnlySpan<byte> received) => tag == Vector128.Create(received);

    Vector128<byte> RtpTag(ReadOnlySpan<byte> header, ReadOnlySpan<byte> text, uint ssrc, ulong index) =>
        _rtpHash.Compute(header, text) ^ _rtpCipher.EncryptBlock(SaltedCounter.ForGcm(_rtpSalt, ssrc, index, TagBlock));

    /// <summary>RFC 7714 9.2: the header and the index word are authenticated, the rest is encrypted.</summary>
    Vector128<byte> RtcpTag(ReadOnlySpan<byte> header, ReadOnlySpan<byte> text, uint ssrc, uint indexWord)
    {
        Span<byte> additional = stackalloc byte[RtcpHeaderBytes + IndexWordBytes];
        header.CopyTo(additional);
        BinaryPrimitives.WriteUInt32BigEndian(additional[RtcpHeaderBytes..], indexWord);
        return _rtcpHash.Compute(additional, text) ^ RtcpTagMask(ssrc, indexWord);
    }

    /// <summary>RFC 7714 9.3: all of an unencrypted packet is authenticated, with the index word put for the moment where the tag stands.</summary>
    Vector128<byte> ClearRtcpTag(Span<byte> packet, int end, uint ssrc, uint indexWord)
    {
        var room = packet.Slice(end, IndexWordBytes);
        var saved = BinaryPrimitives.ReadUInt32BigEndian(room);
        BinaryPrimitives.WriteUInt32BigEndian(room, indexWord);
        var tag = _rtcpHash.Compute(packet[..(end + IndexWordBytes)], []) ^ RtcpTagMask(ssrc, indexWord);
        BinaryPrimitives.WriteUInt32BigEndian(room, saved);
        return tag;
    }

    Vector128<byte> RtcpTagMask(uint ssrc, uint indexWord) =>
        _rtcpCipher.EncryptBlock(SaltedCounter.ForGcm(_rtcpSalt, ssrc, indexWord & ~RtcpEncryptedFlag, TagBlock));
}
