using System.Globalization;

namespace Meetpoint.Sip;

/// <summary>What we authenticate with.</summary>
/// <param name="User">User name as the realm knows it.</param>
/// <param name="Password">Its password.</param>
/// <param name="Realm">The only realm that gets them; null answers any challenge.</param>
public sealed record SipCredentials(string User, string Password, string? Realm = null);

/// <summary>Answers the challenges of one request and its successors (RFC 8760, RFC 3261 section 22).</summary>
public sealed class DigestClient
{
    readonly SipCredentials _credentials;
    readonly Func<string> _clientNonce;
    readonly List<Answered> _challenges = [];

    /// <summary>With credentials and a source of client nonces.</summary>
    public DigestClient(SipCredentials credentials, Func<string> clientNonce)
    {
        _credentials = credentials;
        _clientNonce = clientNonce;
    }

    /// <summary>Takes the challenges of a 401 or 407.</summary>
    /// <returns>False when none can be answered, or our answer to this very realm was refused and not merely stale.</returns>
    public bool TakeChallenge(SipMessage response)
    {
        var header = response.StatusCode == 407 ? SipHeader.Proxy_Authenticate : SipHeader.WWW_Authenticate;
        var taken = false;
        foreach (ref readonly var line in response.Lines)
        {
            if (line.Header != header || DigestFields.Parse(response.ValueOf(line)) is not { } fields)
                continue;
            if (Challenge(fields, response.StatusCode == 407) is { } challenge)
                taken |= Take(challenge, fields);
        }

        return taken;
    }

    /// <summary>The headers to add to a request.</summary>
    public IEnumerable<(string Name, string Value)> Authorize(string method, string uri)
    {
        foreach (var challenge in _challenges)
        {
            var count = (++challenge.Uses).ToString("x8", CultureInfo.InvariantCulture);
            var clientNonce = challenge.HasQop ? _clientNonce() : null;
            var qop = challenge.HasQop ? "auth" : null;
            var secret = DigestHash.Secret(challenge.Algorithm, _credentials.User, challenge.Realm, _credentials.Password);
            var response = DigestHash.Response(challenge.Algorithm, secret, method, uri, challenge.Nonce, qop, count, clientNonce);
            var value = $"Digest username={DigestFields.Quote(_credentials.User)}, realm={DigestFields.Quote(challenge.Realm)}, nonce=\"{challenge.Nonce}\", "
                + $"uri=\"{uri}\", response=\"{response}\", algorithm={challenge.Algorithm.Name()}";
            if (qop is not null)
                value += $", qop={qop}, nc={count}, cnonce=\"{clientNonce}\"";
            if (challenge.Opaque is not null)
                value += $", opaque={DigestFields.Quote(challenge.Opaque)}";
            yield return ((challenge.IsProxy ? SipHeader.Proxy_Authorization : SipHeader.Authorization).Name(), value);
        }
    }

    Answered? Challenge(Dictionary<string, string> fields, bool isProxy)
    {
        if (DigestHash.Parse(fields.GetValueOrDefault("algorithm")) is not { } algorithm || !fields.TryGetValue("realm", out var realm)
            || !fields.TryGetValue("nonce", out var nonce) || (_credentials.Realm is not null && _credentials.Realm != realm))
            return null;
        var qops = fields.GetValueOrDefault("qop")?.Split(',', StringSplitOptions.TrimEntries);
        if (qops is not null && !qops.Contains("auth"))
            return null;
        return new Answered(realm, nonce, algorithm, qops is not null, fields.GetValueOrDefault("opaque"), isProxy);
    }

    bool Take(Answered challenge, Dictionary<string, string> fields)
    {
        var old = _challenges.FindIndex(c => c.Realm == challenge.Realm && c.IsProxy == challenge.IsProxy);
        if (old < 0)
        {
            _challenges.Add(challenge);
            return true;
        }

        // RFC 8760 section 2.4: of several challenges of one realm the first that is known counts; the server's order is its preference.
        if (_challenges[old].Uses == 0)
            return false;
        var isStale = fields.TryGetValue("stale", out var stale) && stale.Equals("true", StringComparison.OrdinalIgnoreCase);
        if (!isStale)
            return false;
        _challenges[old] = challenge;
        return true;
    }

    sealed record Answered(string Realm, string Nonce, DigestAlgorithm Algorithm, bool HasQop, string? Opaque, bool IsProxy)
    {
        public uint Uses { get; set; }
    }
}
