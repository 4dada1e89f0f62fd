using System.Globalization;
using System.Text;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Radius.Discovery;

/// <summary>Under which name the DNS is asked about a realm (RFC 7585 section 3.4.3, the steps before the first question). What comes off the wire is not asked about as it is.</summary>
public static class RealmName
{
    const string MobileNetworks = ".3gppnetwork.org";
    const string PublicMobileNetworks = ".pub.3gppnetwork.org";

    // Names that no server of the public tree has (RFC 6761, 6762, 7686, 9476): whoever asks tells others what is nobody's to know.
    static readonly string[] _special = ["localhost", "local", "invalid", "onion", "alt"];

    /// <summary>
    /// The name, lower case, in ASCII (RFC 5891); null for what is not asked about: no realm, one of a single label, an address, a name that the DNS has not. A realm of
    /// mobile networks is asked about where the public tree has it: "….pub.3gppnetwork.org" (GSMA IR.67), as OpenRoaming's peers do.
    /// </summary>
    /// <param name="realm">As it stands in a User-Name; any octets.</param>
    public static string? Of(ReadOnlySpan<byte> realm)
    {
        if (realm.Length > NetworkAccessId.MaxLength || !NetworkAccessId.IsRealm(realm) || !System.Text.Unicode.Utf8.IsValid(realm))
            return null;
        string name;
        try
        {
            name = new IdnMapping().GetAscii(Encoding.UTF8.GetString(realm)).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null; // letters that no name has
        }

        var dot = name.LastIndexOf('.');
        if (dot < 0 || name.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0 || _special.Contains(name[(dot + 1)..], StringComparer.Ordinal))
            return null;
        if (name.EndsWith(MobileNetworks, StringComparison.Ordinal) && !name.EndsWith(PublicMobileNetworks, StringComparison.Ordinal))
            name = string.Concat(name.AsSpan(0, name.Length - MobileNetworks.Length), PublicMobileNetworks);
        return DnsName.IsValid(name) ? name : null;
    }
}
