using System.Security.Cryptography;

namespace Meetpoint.Media.Dtls;

/// <summary>
/// The SDP a=fingerprint value: a hash of a certificate (RFC 8122 5), "sha-256 4A:AD:...". sha-256, sha-384 and sha-512 are taken; sha-1 and
/// older are refused, as RFC 8122 5 allows. Immutable.
/// </summary>
public sealed class DtlsFingerprint : IEquatable<DtlsFingerprint>
{
    /// <summary>Longest value taken, in characters: sha-512 and some room.</summary>
    public const int MaxLength = 256;

    readonly HashAlgorithmName _algorithm;
    readonly byte[] _hash;

    DtlsFingerprint(HashAlgorithmName algorithm, byte[] hash)
    {
        _algorithm = algorithm;
        _hash = hash;
    }

    /// <summary>The sha-256 fingerprint of a certificate in DER.</summary>
    public static DtlsFingerprint OfCertificate(ReadOnlySpan<byte> certificateDer) =>
        new(HashAlgorithmName.SHA256, SHA256.HashData(certificateDer));

    /// <summary>Parses the part behind "a=fingerprint:". Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out DtlsFingerprint? fingerprint)
    {
        fingerprint = null;
        if (value.Length > MaxLength)
        {
            return false;
        }
        value = value.Trim(' ');
        var space = value.IndexOf(' ');
        if (space < 0 || AlgorithmOf(value[..space]) is not { } known)
        {
            return false;
        }
        var digits = value[(space + 1)..].Trim(' ');
        if (digits.Length != known.Bytes * 3 - 1)
        {
            return false;
        }
        var hash = new byte[known.Bytes];
        for (var i = 0; i < hash.Length; i++)
        {
            var at = i * 3;
            if (!char.IsAsciiHexDigit(digits[at]) || !char.IsAsciiHexDigit(digits[at + 1]) || (i > 0 && digits[at - 1] != ':'))
            {
                return false;
            }
            hash[i] = Convert.FromHexString(digits.Slice(at, 2))[0];
        }
        fingerprint = new DtlsFingerprint(known.Algorithm, hash);
        return true;
    }

    /// <summary>Whether this is the hash of the certificate.</summary>
    public bool Matches(ReadOnlySpan<byte> certificateDer) =>
        CryptographicOperations.FixedTimeEquals(_hash, CryptographicOperations.HashData(_algorithm, certificateDer));

    /// <inheritdoc/>
    public bool Equals(DtlsFingerprint? other) => other is not null && _algorithm == other._algorithm && _hash.AsSpan().SequenceEqual(other._hash);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DtlsFingerprint);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_hash);

    /// <summary>The form of SDP: "sha-256 AA:BB:...", in upper case.</summary>
    public override string ToString()
    {
        var name = _hash.Length switch { 32 => "sha-256", 48 => "sha-384", _ => "sha-512" };
        return $"{name} {Convert.ToHexString(_hash).Chunk(2).Select(pair => new string(pair)).Aggregate((text, pair) => $"{text}:{pair}")}";
    }

    static (HashAlgorithmName Algorithm, int Bytes)? AlgorithmOf(ReadOnlySpan<char> name)
    {
        if (name.Equals("sha-256", StringComparison.OrdinalIgnoreCase))
        {
            return (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        }
        if (name.Equals("sha-384", StringComparison.OrdinalIgnoreCase))
        {
            return (HashAlgorithmName.SHA384, SHA384.HashSizeInBytes);
        }
        return name.Equals("sha-512", StringComparison.OrdinalIgnoreCase) ? (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes) : null;
    }
}
