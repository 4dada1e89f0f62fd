using System.Runtime.Intrinsics;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Srtp.Crypto;
using Shouldly;

namespace Meetpoint.Media.Tests.Srtp;

/// <summary>Every primitive in both forms: the instructions where the machine has them, and the portable one.</summary>
public sealed class Aes128Tests
{
    public static TheoryData<bool> Forms => Aes128Intrinsic.IsSupported ? [false, true] : [false];

    internal static Aes128 Create(bool intrinsic, ReadOnlySpan<byte> key) => intrinsic ? new Aes128Intrinsic(key) : new Aes128Portable(key);

    [Theory, MemberData(nameof(Forms))]
    public void EncryptBlock_Fips197AppendixC_IsTheCiphertext(bool intrinsic)
    {
        using var aes = Create(intrinsic, Convert.FromHexString("000102030405060708090A0B0C0D0E0F"));
        var block = Vector128.Create<byte>(Convert.FromHexString("00112233445566778899AABBCCDDEEFF"));

        Hex(aes.EncryptBlock(block)).ShouldBe("69C4E0D86A7B0430D8CDB78070B4C55A");
    }

    [Theory, MemberData(nameof(Forms))]
    public void XorKeystream_Rfc3711B2_IsTheKeystream(bool intrinsic)
    {
        using var aes = Create(intrinsic, Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"));
        var salt = SaltedCounter.Pad(Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
        var keystream = new byte[0xff02 * 16];

        aes.XorKeystream(keystream, SaltedCounter.ForCounterMode(salt, 0, 0));

        string Block(int number) => Convert.ToHexString(keystream, number * 16, 16);
        Block(0).ShouldBe("E03EAD0935C95E80E166B16DD92B4EB4");
        Block(1).ShouldBe("D23513162B02D0F72A43A2FE4A5F97AB");
        Block(2).ShouldBe("41E95B3BB0A2E8DD477901E4FCA894C0");
        Block(0xfeff).ShouldBe("EC8CDF7398607CB0F2D21675EA9EA1E4");
        Block(0xff00).ShouldBe("362B7C3C6773516318A077D7FC5073AE");
        Block(0xff01).ShouldBe("6A2CC3787889374FBEB4C81B17BA6C44");
    }

    [Fact]
    public void XorKeystream_EveryLengthTo300_IsTheSameInBothForms()
    {
        Assert.SkipUnless(Aes128Intrinsic.IsSupported, "This processor has no AES instructions.");
        var random = new Random(1);
        var key = new byte[16];
        random.NextBytes(key);
        using var fast = Create(true, key);
        using var plain = Create(false, key);
        for (var length = 0; length <= 300; length++)
        {
            var expected = new byte[length];
            random.NextBytes(expected);
            var actual = (byte[])expected.Clone();
            var counter = Vector128.Create(random.NextInt64(), random.NextInt64()).AsByte();

            plain.XorKeystream(expected, counter);
            fast.XorKeystream(actual, counter);

            actual.ShouldBe(expected, $"length {length}");
        }
    }

    internal static string Hex(Vector128<byte> block)
    {
        var bytes = new byte[16];
        block.CopyTo(bytes);
        return Convert.ToHexString(bytes);
    }
}
