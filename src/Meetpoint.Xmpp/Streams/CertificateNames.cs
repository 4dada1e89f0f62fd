using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Xmpp.Streams;

/// <summary>Whether a certificate names a domain (RFC 6120, section 13.7.1.2, and RFC 6125): as DNS-ID, SRV-ID or XmppAddr. A common name counts for nothing.</summary>
static class CertificateNames
{
    const string SubjectAlternativeName = "2.5.29.17";
    const string XmppAddress = "1.3.6.1.5.5.7.8.5";
    const string DnsService = "1.3.6.1.5.5.7.8.7";
    const string ServicePrefix = "_xmpp-server.";

    static readonly Asn1Tag _otherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    static readonly Asn1Tag _dnsName = new(TagClass.ContextSpecific, 2);
    static readonly Asn1Tag _value = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>True when the certificate names the domain. Never throws for what stands in it.</summary>
    internal static bool Has(X509Certificate2 certificate, string domain)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension)
            return false;
        var wanted = Ascii(domain);
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var tag = names.PeekTag();
                if (tag.HasSameClassAndValue(_dnsName))
                {
                    if (IsDomain(names.ReadCharacterString(UniversalTagNumber.IA5String, _dnsName), wanted))
                        return true;
                }
                else if (tag.HasSameClassAndValue(_otherName))
                {
                    if (IsOtherName(names.ReadSequence(_otherName), domain, wanted))
                        return true;
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            return false;
        }

        return false;
    }

    static bool IsOtherName(AsnReader name, string domain, string wanted)
    {
        var kind = name.ReadObjectIdentifier();
        var value = name.ReadSequence(_value);
        switch (kind)
        {
            case XmppAddress:
                return Jid.TryParse(value.ReadCharacterString(UniversalTagNumber.UTF8String), out var jid) && jid.ToString() == domain;
            case DnsService:
                var service = value.ReadCharacterString(UniversalTagNumber.IA5String);
                return service.StartsWith(ServicePrefix, StringComparison.OrdinalIgnoreCase) && IsDomain(service[ServicePrefix.Length..], wanted);
            default:
                return false;
        }
    }

    /// <summary>RFC 6125, section 6.4.3: "*" stands for one whole label, and only for the first.</summary>
    static bool IsDomain(string presented, string wanted)
    {
        presented = presented.TrimEnd('.');
        if (!presented.StartsWith("*.", StringComparison.Ordinal))
            return presented.Equals(wanted, StringComparison.OrdinalIgnoreCase);
        var dot = wanted.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && wanted.IndexOf('.', dot + 1) > 0 && presented.AsSpan(2).Equals(wanted.AsSpan(dot + 1), StringComparison.OrdinalIgnoreCase);
    }

    static string Ascii(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
