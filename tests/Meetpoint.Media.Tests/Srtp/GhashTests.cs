using System.Runtime.Intrinsics;
using Meetpoint.Media.Srtp.Crypto;
using Shouldly;

namespace Meetpoint.Media.Tests.Srtp;

public sealed class GhashTests
{
    public static TheoryData<bool> Forms => GhashIntrinsic.IsSupported ? [false, true] : [false];

    static Ghash Create(bool intrinsic, Vector128<byte> key) => intrinsic ? new GhashIntrinsic(key) : new GhashPortable(key);

    [Theory, MemberData(nameof(Forms))]
    public void Compute_GcmSpecificationTestCase4_IsTheHash(bool intrinsic)
    {
        using var hash = Create(intrinsic, Block("b83b533708bf535d0aa6e52980d53b78"));
        var additional = Convert.FromHexString("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        var text = Convert.FromHexString(
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091");

        Aes128Tests.Hex(hash.Compute(additional, text)).ShouldBe("698E57F70E6ECC7FD9463B7260A9AE5F");
    }

    [Fact]
    public void Compute_EveryLengthTo300_IsTheSameInBothForms()
    {
        Assert.SkipUnless(GhashIntrinsic.IsSupported, "This processor has no carry-less multiplication.");
        var random = new Random(2);
        var bytes = new byte[300 + 16];
        random.NextBytes(bytes);
        var key = Vector128.Create<byte>(bytes.AsSpan(300));
        using var fast = Create(true, key);
        using var plain = Create(false, key);
        for (var length = 0; length <= 300; length++)
        {
            var split = random.Next(length + 1);
            Aes128Tests.Hex(fast.Compute(bytes.AsSpan(0, split), bytes.AsSpan(split, length - split)))
                .ShouldBe(Aes128Tests.Hex(plain.Compute(bytes.AsSpan(0, split), bytes.AsSpan(split, length - split))), $"{split} of {length}");
        }
    }

    static Vector128<byte> Block(string hex) => Vector128.Create<byte>(Convert.FromHexString(hex));
}
