using System.Security.Cryptography;
using System.Text;

namespace Meetpoint.Xmpp.Streams;

/// <summary>Dialback keys (XEP-0185): they follow from a secret, so that whoever has it can verify them without having kept any.</summary>
sealed class DialbackKeys(ReadOnlySpan<byte> secret)
{
    readonly byte[] _key = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(secret)));

    /// <summary>The key of a stream, in hexadecimal digits.</summary>
    /// <param name="receiving">The domain that is to be convinced.</param>
    /// <param name="originating">The domain that is claimed, which is ours.</param>
    /// <param name="streamId">The id that the receiving server gave the stream.</param>
    internal string Of(string receiving, string originating, string streamId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{receiving} {originating} {streamId}")));

    /// <summary>True when the key is ours, told in a time that does not depend on where it differs.</summary>
    internal bool Verify(string key, string receiving, string originating, string streamId) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key.Trim()), Encoding.ASCII.GetBytes(Of(receiving, originating, streamId)));
}
