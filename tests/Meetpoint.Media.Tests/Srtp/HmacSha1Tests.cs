using System.Security.Cryptography;
using Meetpoint.Media.Srtp.Crypto;
using Meetpoint.Media.Srtp.Native;
using Shouldly;

namespace Meetpoint.Media.Tests.Srtp;

public sealed class HmacSha1Tests
{
    public static TheoryData<bool> Forms => LibCrypto.IsAvailable ? [false, true] : [false];

    [Theory, MemberData(nameof(Forms))]
    public void Compute_Rfc2202Case1_IsTheDigest(bool native)
    {
        var key = Enumerable.Repeat((byte)0x0b, 20).ToArray();
        using HmacSha1 hmac = native ? new HmacSha1Native(key) : new HmacSha1Portable(key);
        var digest = new byte[20];

        hmac.Compute("Hi There"u8, digest);

        Convert.ToHexString(digest).ShouldBe("B617318655057264E28BC0B6FB378C8EF146BE00");
    }

    [Theory, MemberData(nameof(Forms))]
    public void Compute_ManyMessagesWithOneKey_EachEqualsThePlatforms(bool native)
    {
        var random = new Random(3);
        var key = new byte[20];
        random.NextBytes(key);
        using HmacSha1 hmac = native ? new HmacSha1Native(key) : new HmacSha1Portable(key);
        var digest = new byte[20];
        foreach (var length in (int[])[0, 1, 55, 56, 63, 64, 65, 172, 1200, 2048, 2049, 9000])
        {
            var message = new byte[length];
            random.NextBytes(message);

            hmac.Compute(message, digest);

            digest.ShouldBe(HMACSHA1.HashData(key, message), $"length {length}");
        }
    }
}
