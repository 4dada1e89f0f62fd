using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// Asks customers for their passwords. Someone who is no customer hears what one hears who has the wrong password, so that nobody finds out who is.
/// </summary>
/// <param name="admission">Has the world.</param>
/// <param name="digest">Challenges and checks.</param>
/// <param name="seed">At least 16 random bytes.</param>
/// <param name="refusals">Notes who has not the password.</param>
/// <param name="time">Of the nonces.</param>
/// <remarks>On the loop only.</remarks>
sealed class DigestGuard(Admission admission, DigestServer digest, byte[] seed, RefusalWriter refusals, TimeProvider time)
{
    /// <summary>Whether the request proves the endpoint's credentials; if not, the challenge to answer it with. An endpoint without any proves nothing.</summary>
    public bool HasProved(
        SipMessage message, SipFlow flow, [NotNullWhen(true)] Endpoint? endpoint, [NotNullWhen(false)] out IReadOnlyList<(string Name, string Value)>? challenge)
    {
        challenge = null;
        var now = time.NowNs();
        var credentials = endpoint?.Digest;
        var verdict = digest.Verify(message, (user, algorithm) => SecretOf(credentials, user, algorithm), now, out _);
        if (verdict == DigestVerdict.Accepted && endpoint is not null && credentials is not null)
            return true;
        if (verdict is DigestVerdict.Wrong or DigestVerdict.Replayed or DigestVerdict.Accepted)
            refusals.NoteWrongCredentials(flow, message);
        var known = admission.World.FindProfile(endpoint is null || credentials is null ? ProfileOfNobody(message) : endpoint.Profile)!.Digest;
        challenge = [.. digest.Challenge(now, verdict == DigestVerdict.Stale)
            .Where(header => known.Any(algorithm => header.Value.Contains($"algorithm={algorithm},", StringComparison.Ordinal)))];
        return false;
    }

    /// <summary>A secret costs the same whether or not there is such a user.</summary>
    string SecretOf(DigestCredentials? credentials, string user, DigestAlgorithm algorithm)
    {
        var isUser = credentials is not null && user == credentials.User;
        var secret = DigestServer.MakeSecret(algorithm, user, digest.Realm, isUser ? credentials!.Secret : Convert.ToHexString(seed));
        return isUser ? secret : DigestServer.MakeSecret(algorithm, user, digest.Realm, secret);
    }

    /// <summary>
    /// What a customer is offered depends on the equipment; of a domain's equipment somebody who is none is always taken for the same, by the name.
    /// </summary>
    string ProfileOfNobody(SipMessage message)
    {
        var uri = message.From?.Uri;
        var profiles = admission.World.Document.Endpoints
            .Where(endpoint => endpoint.Digest is not null && endpoint.Sip.EndsWith("@" + uri?.Host, StringComparison.OrdinalIgnoreCase))
            .Select(endpoint => endpoint.Profile).ToList();
        if (profiles.Count == 0)
            return EquipmentProfile.GenericId;
        var hash = HMACSHA256.HashData(seed, Encoding.UTF8.GetBytes((uri?.User ?? "").ToUpperInvariant()));
        return profiles[(int)(BitConverter.ToUInt32(hash) % (uint)profiles.Count)];
    }
}
