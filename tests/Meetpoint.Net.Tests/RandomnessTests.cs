using System.Security.Cryptography;
using System.Text;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests;

public sealed class RandomnessTests
{
    [Fact]
    public void Between_AnyRange_StaysWithinAndReachesBothEnds()
    {
        var randomness = new SeededRandomness(1);
        var drawn = Enumerable.Range(0, 1_000).Select(_ => randomness.Between(-3, 4)).ToList();
        (drawn.Min(), drawn.Max()).ShouldBe((-3, 3));
        drawn.GroupBy(number => number).ShouldAllBe(group => group.Count() > 90, "each of the seven is as likely as any other");
        randomness.Between(long.MinValue, long.MaxValue).ShouldBeLessThan(long.MaxValue);
        randomness.Between(7, 8).ShouldBe(7);
        Should.Throw<ArgumentOutOfRangeException>(() => randomness.Between(7, 7));
    }

    [Fact]
    public void Secure_Draws_AreNotTheSame()
    {
        Randomness.Secure.Bytes(16).ShouldNotBe(Randomness.Secure.Bytes(16));
        using var key = Randomness.Secure.NewSigningKey();
        key.SignData([1], HashAlgorithmName.SHA256).ShouldNotBe(key.SignData([1], HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Seeded_SameSeed_GivesTheSameBytesKeysAndSignatures()
    {
        (byte[], string, byte[]) Draw(int seed)
        {
            var randomness = new SeededRandomness(seed);
            using var key = randomness.NewSigningKey();
            return (randomness.Bytes(16), Convert.ToHexString(key.ExportPkcs8PrivateKey()), key.SignData([1], HashAlgorithmName.SHA256));
        }

        var (bytes, key, signature) = Draw(5);
        var (bytesAgain, keyAgain, signatureAgain) = Draw(5);
        (bytesAgain, keyAgain, signatureAgain).ShouldBe((bytes, key, signature), new FieldByField());
        Draw(6).Item2.ShouldNotBe(key);
    }

    /// <summary>The vector of RFC 6979 section A.2.5, P-256 with SHA-256, message "sample".</summary>
    [Fact]
    public void RepeatableSigningKey_Rfc6979Sample_SignsAsWritten()
    {
        using var key = new RepeatableSigningKey(Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
        var signature = key.SignData(Encoding.ASCII.GetBytes("sample"), HashAlgorithmName.SHA256);
        Convert.ToHexString(signature).ShouldBe(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
        using var verifier = ECDsa.Create(key.ExportParameters(false));
        verifier.VerifyData(Encoding.ASCII.GetBytes("sample"), signature, HashAlgorithmName.SHA256).ShouldBeTrue();
    }

    sealed class FieldByField : IEqualityComparer<(byte[] Bytes, string Key, byte[] Signature)>
    {
        public bool Equals((byte[] Bytes, string Key, byte[] Signature) x, (byte[] Bytes, string Key, byte[] Signature) y) =>
            x.Bytes.AsSpan().SequenceEqual(y.Bytes) && x.Key == y.Key && x.Signature.AsSpan().SequenceEqual(y.Signature);

        public int GetHashCode((byte[] Bytes, string Key, byte[] Signature) obj) => obj.Key.Length;
    }
}
