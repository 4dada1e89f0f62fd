using Meetpoint.Media.Srtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Srtp;

/// <summary>Published vectors, byte for byte.</summary>
public sealed class SrtpTransformTests
{
    const string GallicWar = "47616C6C696120657374206F6D6E69732064697669736120696E207061727465732074726573";
    const string RtcpReport = "81C8000D4D6172734E5450314E545032525450200000042A0000E9304C756E61DEADBEEFDEADBEEFDEADBEEFDEADBEEFDEADBEEF";

    [Fact]
    public void Derive_Rfc3711B3_GivesTheSessionKeys()
    {
        var masterKey = Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139");
        var masterSalt = Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6");

        using var keys = SrtpSessionKeys.DeriveRtp(SrtpProfile.Aes128CmHmacSha1Tag80, masterKey, masterSalt);

        Convert.ToHexString(keys.Encryption).ShouldBe("C61E7A93744F39EE10734AFE3FF7A087");
        Convert.ToHexString(keys.Salt).ShouldBe("30CBBC08863D8C85D49DB34A9AE1");
        Convert.ToHexString(keys.Authentication).ShouldBe("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4");
    }

    [Fact]
    public void SealRtp_Rfc7714Section16_IsTheProtectedPacket()
    {
        using var transform = QuidProQuo();
        const string Header = "8040F17B8041F8D35501A0B2";
        const string Protected = Header
            + "F24DE3A3FB34DE6CACBA861C9D7E4BCABE633BD50D294E6F42A5F47A51C7D19B36DE3ADF8833" + "899D7F27BEB16A9152CF765EE4390CCE";
        var buffer = new byte[128];
        Convert.FromHexString(Header + GallicWar).CopyTo(buffer, 0);

        var length = transform.SealRtp(buffer, 12 + 38, 12, 0x5501A0B2, 0xF17B);

        Convert.ToHexString(buffer, 0, length).ShouldBe(Protected);
        transform.OpenRtp(buffer.AsSpan(0, length), 12, 0x5501A0B2, 0xF17B).ShouldBeTrue();
        Convert.ToHexString(buffer, 12, 38).ShouldBe(GallicWar);
    }

    [Fact]
    public void SealRtcp_Rfc7714Section17Encrypted_IsTheProtectedPacket()
    {
        using var transform = QuidProQuo();
        const string Protected = "81C8000D4D61727363E94885DCDAB67CA727D7662F6B7E997FF5C0F76C06F32DC676A5F1730D6FDA"
            + "4CE09B4686303DED0BB9275BC84AA45896CF4D2FC5ABF87245D9EADE800005D4";
        var buffer = new byte[128];
        Convert.FromHexString(RtcpReport).CopyTo(buffer, 0);

        var length = transform.SealRtcp(buffer, RtcpReport.Length / 2, 0x4D617273, 0x5D4);

        Convert.ToHexString(buffer, 0, length).ShouldBe(Protected);
        transform.RtcpIndexWord(buffer.AsSpan(0, length)).ShouldBe(0x800005D4u);
        transform.OpenRtcp(buffer.AsSpan(0, length), 0x4D617273, 0x800005D4).ShouldBeTrue();
        Convert.ToHexString(buffer, 0, RtcpReport.Length / 2).ShouldBe(RtcpReport);
    }

    [Fact]
    public void OpenRtcp_Rfc7714Section17TaggedOnly_IsAuthenticAndUnchanged()
    {
        using var transform = QuidProQuo();
        var packet = Convert.FromHexString(RtcpReport + "841DD9683DD78EC92AE58790125F62B3" + "000005D4");
        var before = (byte[])packet.Clone();

        transform.OpenRtcp(packet, 0x4D617273, 0x000005D4).ShouldBeTrue();
        packet.ShouldBe(before);
        packet[20] ^= 1;
        transform.OpenRtcp(packet, 0x4D617273, 0x000005D4).ShouldBeFalse();
    }

    [Fact]
    public void SealRtp_CounterModeReferencePacket_IsWhatOtherImplementationsMake()
    {
        using var transform = Rfc3711Master();
        const string Header = "800F1234DECAFBADCAFEBABE";
        var buffer = new byte[64];
        Convert.FromHexString(Header + "ABABABABABABABABABABABABABABABAB").CopyTo(buffer, 0);

        var length = transform.SealRtp(buffer, 28, 12, 0xCAFEBABE, 0x1234);

        Convert.ToHexString(buffer, 0, length).ShouldBe(Header + "4E55DC4CE79978D88CA4D215949D2402" + "B78D6ACC99EA179B8DBB");
    }

    [Fact]
    public void SealRtcp_CounterModeReferencePacket_IsWhatOtherImplementationsMake()
    {
        using var transform = Rfc3711Master();
        const string Header = "81C8000BCAFEBABE";
        var buffer = new byte[64];
        Convert.FromHexString(Header + "ABABABABABABABABABABABABABABABAB").CopyTo(buffer, 0);

        var length = transform.SealRtcp(buffer, 24, 0xCAFEBABE, 1);

        Convert.ToHexString(buffer, 0, length)
            .ShouldBe(Header + "7128035BE487B9BDBEF89041F977A5A8" + "80000001" + "993E08CD54D6C1230798");
    }

    /// <summary>RFC 7714 gives session keys, not master keys.</summary>
    static AesGcmTransform QuidProQuo()
    {
        using var keys = new SrtpSessionKeys
        {
            Encryption = Convert.FromHexString("000102030405060708090A0B0C0D0E0F"),
            Salt = Convert.FromHexString("517569642070726F2071756F"),
        };
        return new AesGcmTransform(keys, keys);
    }

    static SrtpTransform Rfc3711Master() => SrtpTransform.Create(
        SrtpProfile.Aes128CmHmacSha1Tag80,
        Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139"),
        Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6"));
}
