using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Addresses that say that the caller is not told (RFC 3323 section 4.1.1.3, RFC 3398's and TS 24.229's "unavailable").</summary>
static class AnonymousUri
{
    /// <summary>What stands in From for a caller who is withheld.</summary>
    public static ReadOnlySpan<byte> NameAddr => "\"Anonymous\" <sip:anonymous@anonymous.invalid>"u8;

    /// <summary>The same.</summary>
    public static NameAddress Address { get; } = NameAddress.Parse(Encoding.ASCII.GetString(NameAddr));

    /// <summary>True for "anonymous" and "unavailable" at any host, and for any name in the domain "invalid", which nobody has (RFC 2606).</summary>
    public static bool Is(ReadOnlySpan<byte> uri)
    {
        if (SipUriView.Parse(uri, out var view) != SipUriError.None || view.Scheme is not (SipUriScheme.Sip or SipUriScheme.Sips))
            return false;
        return Ascii.EqualsIgnoreCase(view.User, "anonymous"u8) || Ascii.EqualsIgnoreCase(view.User, "unavailable"u8)
            || view.Host.Length > Invalid.Length && Ascii.EqualsIgnoreCase(view.Host[^Invalid.Length..], Invalid);
    }

    static ReadOnlySpan<byte> Invalid => ".invalid"u8;
}
