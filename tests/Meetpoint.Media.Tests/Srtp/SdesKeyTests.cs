using Meetpoint.Media.Srtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Srtp;

public sealed class SdesKeyTests
{
    const string Key30 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    [Theory]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30, 1, SrtpProfile.Aes128CmHmacSha1Tag80, 1L << 31)]
    [InlineData("2 AES_CM_128_HMAC_SHA1_32 inline:" + Key30 + "|2^20", 2, SrtpProfile.Aes128CmHmacSha1Tag32, 1L << 20)]
    [InlineData("999999999 aes_cm_128_hmac_sha1_80  inline:" + Key30 + "|4096 WSH=64 -FOO=1", 999999999, SrtpProfile.Aes128CmHmacSha1Tag80, 4096)]
    [InlineData("1 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCw==", 1, SrtpProfile.AeadAes128Gcm, 1L << 31)]
    public void TryParse_ValidValue_GivesItsParts(string value, int tag, SrtpProfile profile, long lifetimePackets)
    {
        SdesKey.TryParse(value, out var key, out var error).ShouldBeTrue();

        error.ShouldBe(SdesError.None);
        key.ShouldNotBeNull();
        key.Tag.ShouldBe(tag);
        key.Profile.ShouldBe(profile);
        key.LifetimePackets.ShouldBe(lifetimePackets);
        key.MasterKey.Length.ShouldBe(16);
        key.MasterSalt.Length.ShouldBe(profile.SaltBytes);
    }

    [Theory]
    [InlineData("", SdesError.Malformed)]
    [InlineData("1", SdesError.Malformed)]
    [InlineData("x AES_CM_128_HMAC_SHA1_80 inline:" + Key30, SdesError.Malformed)]
    [InlineData("1234567890 AES_CM_128_HMAC_SHA1_80 inline:" + Key30, SdesError.Malformed)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 uri:" + Key30, SdesError.Malformed)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^49", SdesError.Malformed)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|0", SdesError.Malformed)]
    [InlineData("1 F8_128_HMAC_SHA1_80 inline:" + Key30, SdesError.UnsupportedSuite)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:AAAA", SdesError.BadKey)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:!" + Key30, SdesError.BadKey)]
    [InlineData("1 AEAD_AES_128_GCM inline:" + Key30, SdesError.BadKey)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|1:4", SdesError.UnsupportedMki)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + ";inline:" + Key30, SdesError.UnsupportedMki)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNENCRYPTED_SRTP", SdesError.UnsupportedParameter)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " KDR=1", SdesError.UnsupportedParameter)]
    public void TryParse_InvalidValue_SaysWhy(string value, SdesError expected)
    {
        SdesKey.TryParse(value, out var key, out var error).ShouldBeFalse();

        error.ShouldBe(expected);
        key.ShouldBeNull();
    }

    [Theory, MemberData(nameof(SrtpSessionTests.Profiles), MemberType = typeof(SrtpSessionTests))]
    public void Format_GeneratedKey_ParsesToTheSameAndOpensPackets(SrtpProfile profile)
    {
        var offered = SdesKey.Generate(profile, 1);
        var answered = SdesKey.Generate(profile, 1);
        SdesKey.TryParse(offered.Format(), out var offerRead, out _).ShouldBeTrue();
        using var here = SrtpSession.Create(offered, answered);
        using var there = SrtpSession.Create(answered, offerRead!);
        var buffer = new byte[256];
        SrtpPair.Rtp(1).CopyTo(buffer, 0);

        here.ProtectRtp(buffer, 172, out var length).ShouldBe(SrtpStatus.Ok);
        there.UnprotectRtp(buffer.AsSpan(0, length), out _).ShouldBe(SrtpStatus.Ok);

        buffer[..172].ShouldBe(SrtpPair.Rtp(1));
    }

    [Fact]
    public void TryParse_Mutations_NeverThrow()
    {
        var random = new Random(7);
        var valid = "1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|1:4 FEC_ORDER=FEC_SRTP";
        for (var i = 0; i < 20_000; i++)
        {
            var text = valid.ToCharArray(0, random.Next(valid.Length + 1));
            for (var n = random.Next(4); n > 0 && text.Length > 0; n--)
            {
                text[random.Next(text.Length)] = (char)random.Next(1, 300);
            }
            SdesKey.TryParse(text, out var key, out var error).ShouldBe(error == SdesError.None);
            (key is null).ShouldBe(error != SdesError.None);
        }
    }

    [Fact]
    public void ToString_Key_DoesNotShowIt() => SdesKey.Generate(SrtpProfile.AeadAes128Gcm, 3).ToString().ShouldBe("3 AEAD_AES_128_GCM");
}
