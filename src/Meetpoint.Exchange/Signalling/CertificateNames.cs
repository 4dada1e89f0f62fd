using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Exchange.Signalling;

/// <summary>The SIP identities that a certificate stands for (RFC 5922 section 7.1).</summary>
static class CertificateNames
{
    const string SubjectAlternativeName = "2.5.29.17";
    const int MaxNames = 64;

    static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    /// <summary>
    /// The domains of its SIP URIs; DNS names only where there is no such URI; the common name only where there is no subject alternative name at
    /// all. Lower case. Wildcards stand for nothing.
    /// </summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension)
            return Domains([certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]);
        var dns = new List<string>();
        var uris = new List<string>();
        foreach (var (tag, value) in Entries(extension))
        {
            if (tag == DnsName)
                dns.Add(value);
            else if (tag == Uri && DomainOf(value) is { } domain)
                uris.Add(domain);
        }

        return Domains(uris.Count > 0 ? uris : dns);
    }

    /// <summary>Whether it stands for a server that is addressed by this host: a domain by the rules above, an address by an entry of that address.</summary>
    public static bool Covers(X509Certificate2 certificate, string host)
    {
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return Of(certificate).Contains(host, StringComparer.OrdinalIgnoreCase);
        return certificate.Extensions[SubjectAlternativeName] is { } extension
            && Entries(extension).Any(entry => entry.Tag == Address && entry.Value == address.ToString());
    }

    /// <summary>A SIP URI without user names a domain; with one it names a person, and sips is no form of identity at all.</summary>
    static string? DomainOf(string uri)
    {
        const string Scheme = "sip:";
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || uri.Contains('@', StringComparison.Ordinal))
            return null;
        var host = uri[Scheme.Length..];
        var end = host.IndexOfAny([':', ';', '?']);
        return end < 0 ? host : host[..end];
    }

    static List<string> Domains(IEnumerable<string> names) =>
    [
        .. names.Select(name => name.TrimEnd('.').ToLowerInvariant()).Where(name => System.Uri.CheckHostName(name) == UriHostNameType.Dns)
            .Distinct(StringComparer.Ordinal).Take(MaxNames),
    ];

    /// <summary>DNS names, URIs and addresses of the extension (RFC 5280 section 4.2.1.6); none when it is broken.</summary>
    static List<(Asn1Tag Tag, string Value)> Entries(X509Extension extension)
    {
        var entries = new List<(Asn1Tag, string)>();
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData && entries.Count < 4 * MaxNames)
            {
                var tag = names.PeekTag();
                if (tag == DnsName || tag == Uri)
                    entries.Add((tag, names.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
                else if (tag == Address && names.ReadOctetString(tag) is { Length: 4 or 16 } bytes)
                    entries.Add((tag, new IPAddress(bytes).ToString()));
                else if (tag != Address)
                    names.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            return [];
        }

        return entries;
    }
}
