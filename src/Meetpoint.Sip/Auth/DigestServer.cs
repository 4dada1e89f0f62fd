using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>What credentials are worth.</summary>
public enum DigestVerdict : byte
{
    /// <summary>They are right.</summary>
    Accepted,

    /// <summary>None for our realm: challenge.</summary>
    Missing,

    /// <summary>Right, but their nonce is too old or used up: challenge with stale, and the client tries again by itself.</summary>
    Stale,

    /// <summary>Unknown user or wrong password.</summary>
    Wrong,

    /// <summary>A nonce count that was seen before.</summary>
    Replayed,

    /// <summary>Fields are missing or not ours: answer 400.</summary>
    Malformed,
}

/// <summary>
/// Challenges and checks digest credentials (RFC 8760). A nonce is its own time under a seal, so nothing is kept for a challenge that is never
/// answered; of those answered, the counts are kept until they expire.
/// </summary>
/// <remarks>Not thread safe.</remarks>
public sealed class DigestServer
{
    /// <summary>Nonces whose counts are kept; when there are more, the client gets a new one.</summary>
    public const int MaxNonces = 20_000;

    const int TimeBytes = 8;
    const int SealBytes = 16;

    readonly byte[] _sealKey;
    readonly Dictionary<string, NonceUse> _uses = [];
    long _sweptNs;

    /// <summary>For a realm.</summary>
    /// <param name="realm">Shown to users.</param>
    /// <param name="sealKey">At least 16 random bytes; nodes that share them accept each other's nonces.</param>
    public DigestServer(string realm, byte[] sealKey)
    {
        Realm = realm;
        _sealKey = sealKey;
    }

    /// <summary>The realm.</summary>
    public string Realm { get; }

    /// <summary>Seconds that a nonce is good; default 300.</summary>
    public int NonceSeconds { get; init; } = 300;

    /// <summary>Algorithms offered, the preferred first.</summary>
    public IReadOnlyList<DigestAlgorithm> Algorithms { get; init; } = [DigestAlgorithm.Sha256, DigestAlgorithm.Md5];

    /// <summary>What is stored for a user instead of the password: H(user:realm:password).</summary>
    public static string MakeSecret(DigestAlgorithm algorithm, string user, string realm, string password) =>
        DigestHash.Secret(algorithm, user, realm, password);

    /// <summary>The headers of a 401, or with <paramref name="isProxy"/> of a 407.</summary>
    public IReadOnlyList<(string Name, string Value)> Challenge(long nowNs, bool isStale = false, bool isProxy = false)
    {
        var name = (isProxy ? SipHeader.Proxy_Authenticate : SipHeader.WWW_Authenticate).Name();
        var nonce = MakeNonce(nowNs);
        return [.. Algorithms.Select(a => (name,
            $"Digest realm={DigestFields.Quote(Realm)}, nonce=\"{nonce}\", algorithm={a.Name()}, qop=\"auth\"{(isStale ? ", stale=true" : "")}"))];
    }

    /// <summary>Checks the credentials of a request.</summary>
    /// <param name="request">Its Authorization or, with <paramref name="isProxy"/>, Proxy-Authorization is read.</param>
    /// <param name="secretOf">H(user:realm:password) of a user in an algorithm; null when there is none.</param>
    /// <param name="nowNs">The clock that made the nonces.</param>
    /// <param name="user">Who it is, where accepted.</param>
    /// <param name="isProxy">As a proxy.</param>
    public DigestVerdict Verify(SipMessage request, Func<string, DigestAlgorithm, string?> secretOf, long nowNs, out string? user, bool isProxy = false)
    {
        user = null;
        var header = isProxy ? SipHeader.Proxy_Authorization : SipHeader.Authorization;
        foreach (ref readonly var line in request.Lines)
        {
            if (line.Header == header && DigestFields.Parse(request.ValueOf(line)) is { } fields && fields.GetValueOrDefault("realm") == Realm)
                return Verify(request, fields, secretOf, nowNs, out user);
        }

        return DigestVerdict.Missing;
    }

    DigestVerdict Verify(SipMessage request, Dictionary<string, string> fields, Func<string, DigestAlgorithm, string?> secretOf, long nowNs, out string? user)
    {
        user = null;
        if (!fields.TryGetValue("username", out var name) || !fields.TryGetValue("nonce", out var nonce) || !fields.TryGetValue("uri", out var uri)
            || !fields.TryGetValue("response", out var response) || fields.GetValueOrDefault("qop") != "auth" || !fields.TryGetValue("cnonce", out var clientNonce)
            || fields.GetValueOrDefault("nc") is not { Length: 8 } nc || !uint.TryParse(nc, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var count)
            || DigestHash.Parse(fields.GetValueOrDefault("algorithm")) is not { } algorithm || !Algorithms.Contains(algorithm))
            return DigestVerdict.Malformed;
        if (!TryOpenNonce(nonce, out var issuedNs))
            return DigestVerdict.Missing;
        if (secretOf(name, algorithm) is not { } secret)
            return DigestVerdict.Wrong;
        var expected = DigestHash.Response(algorithm, secret, request.MethodName, uri, nonce, "auth", nc, clientNonce);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(response)))
            return DigestVerdict.Wrong;
        if (nowNs - issuedNs > NonceSeconds * MonotonicTime.Second || nowNs < issuedNs)
            return DigestVerdict.Stale;
        var verdict = Count(nonce, count, issuedNs, nowNs);
        if (verdict == DigestVerdict.Accepted)
            user = name;
        return verdict;
    }

    DigestVerdict Count(string nonce, uint count, long issuedNs, long nowNs)
    {
        Sweep(nowNs);
        if (!_uses.TryGetValue(nonce, out var use))
        {
            if (_uses.Count >= MaxNonces)
                return DigestVerdict.Stale;
            _uses[nonce] = use = new NonceUse(issuedNs);
        }

        return use.Take(count) ? DigestVerdict.Accepted : DigestVerdict.Replayed;
    }

    void Sweep(long nowNs)
    {
        var lifeNs = NonceSeconds * MonotonicTime.Second;
        if (nowNs - _sweptNs < lifeNs)
            return;
        _sweptNs = nowNs;
        foreach (var (nonce, use) in _uses)
        {
            if (nowNs - use.IssuedNs > lifeNs)
                _uses.Remove(nonce);
        }
    }

    string MakeNonce(long nowNs)
    {
        Span<byte> nonce = stackalloc byte[TimeBytes + SealBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, nowNs);
        Seal(nonce[..TimeBytes], nonce[TimeBytes..]);
        return Convert.ToHexString(nonce);
    }

    bool TryOpenNonce(string text, out long issuedNs)
    {
        issuedNs = 0;
        Span<byte> nonce = stackalloc byte[TimeBytes + SealBytes];
        Span<byte> seal = stackalloc byte[SealBytes];
        if (text.Length != nonce.Length * 2 || Convert.FromHexString(text, nonce, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        Seal(nonce[..TimeBytes], seal);
        issuedNs = BinaryPrimitives.ReadInt64BigEndian(nonce);
        return CryptographicOperations.FixedTimeEquals(seal, nonce[TimeBytes..]);
    }

    void Seal(ReadOnlySpan<byte> time, Span<byte> seal)
    {
        Span<byte> input = stackalloc byte[TimeBytes + 128];
        time.CopyTo(input);
        var realm = Encoding.UTF8.GetBytes(Realm).AsSpan();
        realm = realm[..Math.Min(realm.Length, 128)];
        realm.CopyTo(input[TimeBytes..]);
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_sealKey, input[..(TimeBytes + realm.Length)], hash);
        hash[..SealBytes].CopyTo(seal);
    }

    /// <summary>The counts seen of one nonce: the highest, and which of the 64 below it. UDP may turn two requests round.</summary>
    sealed class NonceUse(long issuedNs)
    {
        uint _highest;
        ulong _seen;

        public long IssuedNs { get; } = issuedNs;

        public bool Take(uint count)
        {
            if (count > _highest)
            {
                var ahead = count - _highest;
                _seen = ahead >= 64 ? 0 : _seen << (int)ahead;
                _seen |= 1;
                _highest = count;
                return true;
            }

            var behind = _highest - count;
            if (behind >= 64 || (_seen & (1UL << (int)behind)) != 0)
                return false;
            _seen |= 1UL << (int)behind;
            return true;
        }
    }
}
