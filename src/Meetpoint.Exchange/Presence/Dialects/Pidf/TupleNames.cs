using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Device names as tuple ids: an id is an XML name (RFC 3863, 4.1.2), which a device's name need not be.</summary>
static class TupleNames
{
    /// <summary>The id of a device; one that is no XML name is escaped as _x0040_.</summary>
    public static string Write(string device) => XmlConvert.EncodeLocalName(XmlCharacters.Clean(device)) ?? device;

    /// <summary>The device of an id; null without one.</summary>
    public static string? Read(string? id) => id is null ? null : XmlConvert.DecodeName(id.Trim());

    /// <summary>What tells devices of this origin from those of others that have the same name: 8 hexadecimal digits.</summary>
    public static string Mark(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)).AsSpan(0, 4));
}
