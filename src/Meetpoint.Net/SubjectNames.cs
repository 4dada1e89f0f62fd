using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net;

/// <summary>A name in a certificate's subjectAltName.</summary>
/// <param name="Kind">The object identifier of an otherName; empty for a dNSName.</param>
/// <param name="Value">UTF8String or IA5String, as text.</param>
public readonly record struct SubjectName(string Kind, string Value);

/// <summary>The names that a certificate is for (RFC 5280 section 4.2.1.6), of the kinds that domains and realms are compared with. A common name counts for nothing (RFC 9525 section 2).</summary>
public static class SubjectNames
{
    const string Extension = "2.5.29.17";

    static readonly Asn1Tag _otherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    static readonly Asn1Tag _dnsName = new(TagClass.ContextSpecific, 2);
    static readonly Asn1Tag _value = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Every dNSName, and every otherName that is a text, up to the first that cannot be read. Never throws for what stands in a certificate.</summary>
    public static IReadOnlyList<SubjectName> Of(X509Certificate2 certificate)
    {
        var found = new List<SubjectName>();
        if (certificate.Extensions[Extension] is not { } extension)
            return found;
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var tag = names.PeekTag();
                if (tag.HasSameClassAndValue(_dnsName))
                    found.Add(new SubjectName("", names.ReadCharacterString(UniversalTagNumber.IA5String, _dnsName)));
                else if (!tag.HasSameClassAndValue(_otherName))
                    names.ReadEncodedValue();
                else if (Other(names.ReadSequence(_otherName)) is { } other)
                    found.Add(other);
            }
        }
        catch (AsnContentException)
        {
            return found;
        }

        return found;
    }

    /// <summary>Whether a dNSName is a domain's (RFC 9525 section 6.3): "*" stands for one whole label, and only for the first.</summary>
    /// <param name="presented">As it stands in the certificate.</param>
    /// <param name="domain">In ASCII or not.</param>
    public static bool IsDomain(string presented, string domain)
    {
        var wanted = Ascii(domain);
        presented = presented.TrimEnd('.');
        if (!presented.StartsWith("*.", StringComparison.Ordinal))
            return presented.Equals(wanted, StringComparison.OrdinalIgnoreCase);
        var dot = wanted.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && wanted.IndexOf('.', dot + 1) > 0 && presented.AsSpan(2).Equals(wanted.AsSpan(dot + 1), StringComparison.OrdinalIgnoreCase);
    }

    static SubjectName? Other(AsnReader name)
    {
        var kind = name.ReadObjectIdentifier();
        var value = name.ReadSequence(_value);
        var tag = value.PeekTag();
        foreach (var type in (UniversalTagNumber[])[UniversalTagNumber.UTF8String, UniversalTagNumber.IA5String])
        {
            if (tag.HasSameClassAndValue(new Asn1Tag(type)))
                return new SubjectName(kind, value.ReadCharacterString(type));
        }

        return null;
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
