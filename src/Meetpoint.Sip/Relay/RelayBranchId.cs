using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// The branch parameter of what we relay: the magic cookie, 16 hexadecimal digits that no other request has, and 8 that say what decided its way,
/// by which a loop is told from a spiral (RFC 3261 section 16.6 step 8, RFC 5393 section 4.2).
/// </summary>
static class RelayBranchId
{
    /// <summary>Its length.</summary>
    public const int Bytes = 7 + UniqueDigits + LoopDigits;

    const int UniqueDigits = 16;
    const int LoopDigits = 8;

    /// <summary>Of a transaction of its own.</summary>
    public static void Next(SipMessage request, SipTokens tokens, Span<byte> branch)
    {
        Span<byte> random = stackalloc byte[UniqueDigits / 2];
        tokens.Fill(random);
        "z9hG4bK"u8.CopyTo(branch);
        Convert.TryToHexStringLower(random, branch[7..], out _);
        Digits(LoopHash(request), branch[(7 + UniqueDigits)..]);
    }

    /// <summary>Of what is sent on without state: the same for each copy of a request.</summary>
    public static void Stateless(SipMessage request, Span<byte> branch)
    {
        var via = request.FirstListValue(SipHeader.Via);
        var (first, second) = (default(HashCode), default(HashCode));
        first.AddBytes(via);
        first.AddBytes(request.Value(SipHeader.Call_ID));
        second.AddBytes(request.FromTag);
        second.Add(request.CSeq);
        second.AddBytes(via);
        "z9hG4bK"u8.CopyTo(branch);
        Digits((uint)first.ToHashCode(), branch[7..]);
        Digits((uint)second.ToHashCode(), branch[15..]);
        Digits(LoopHash(request), branch[(7 + UniqueDigits)..]);
    }

    /// <summary>True when a request came through here before and nothing that decides its way has changed since.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="isOurs">Whether a sent-by is one of ours.</param>
    public static bool IsLoop(SipMessage request, RelayLoop.SentByPredicate isOurs)
    {
        Span<byte> digits = stackalloc byte[LoopDigits];
        var isHashed = false;
        foreach (var value in request.Values(SipHeader.Via))
        {
            if (!ViaView.TryParse(value, out var via) || via.Branch.Length != Bytes || !via.HasMagicCookie || !isOurs(via.SentBy))
                continue;
            if (!isHashed)
                Digits(LoopHash(request), digits);
            isHashed = true;
            if (via.Branch[^LoopDigits..].SequenceEqual(digits))
                return true;
        }

        return false;
    }

    static uint LoopHash(SipMessage request)
    {
        var hash = default(HashCode);
        hash.AddBytes(request.RequestUriBytes);
        hash.AddBytes(request.FirstListValue(SipHeader.Route));
        hash.AddBytes(request.FromTag);
        hash.AddBytes(request.ToTag);
        hash.AddBytes(request.Value(SipHeader.Call_ID));
        hash.Add(request.CSeq);
        hash.AddBytes(request.Value(SipHeader.Proxy_Require));
        hash.AddBytes(request.Value(SipHeader.Proxy_Authorization));
        return (uint)hash.ToHashCode();
    }

    static void Digits(uint number, Span<byte> digits)
    {
        for (var i = 7; i >= 0; i--, number >>= 4)
            digits[i] = "0123456789abcdef"u8[(int)(number & 15)];
    }
}
