using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>What is looked at in every request before it is relayed (RFC 3261 section 16.3), beyond what makes it valid.</summary>
static class RelayChecks
{
    /// <summary>An answer that ends a request here.</summary>
    public readonly record struct Fault(int Status, string? Phrase, IReadOnlyList<(string Name, string Value)> Headers);

    /// <summary>The answer that the request gets instead of being relayed; null when nothing is wrong with it.</summary>
    public static Fault? Refusal(SipMessage request, OwnAddresses own)
    {
        if (RelayLoop.IsLoop(request, own.IsSentBy))
            return new Fault(482, null, []);
        if (Unsupported(request) is { } names)
            return new Fault(420, null, [(SipHeader.Unsupported.Name(), names)]);
        return null;
    }

    /// <summary>Extensions that a proxy is asked to understand, but for privacy (RFC 3323), which every relayed request gets as far as it asks for.</summary>
    static string? Unsupported(SipMessage request)
    {
        StringBuilder? names = null;
        foreach (var value in request.Values(SipHeader.Proxy_Require))
        {
            if (!value.IsEmpty && !Ascii.EqualsIgnoreCase(value, "privacy"u8))
                (names ??= new StringBuilder()).Append(names.Length > 0 ? ", " : "").Append(Encoding.UTF8.GetString(value));
        }

        return names?.ToString();
    }
}
