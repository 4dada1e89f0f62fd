using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>What a device needs to know in order to roam for its provider. It has no secret: who installs it is asked for name and password.</summary>
/// <param name="Provider">The home provider.</param>
/// <param name="Realm">One of its realms.</param>
/// <param name="Method">How its customers prove themselves.</param>
/// <param name="Servers">Names in the certificate of its RADIUS server; the device believes no other.</param>
/// <param name="Created">When it was made.</param>
sealed record PasspointProfile(Provider Provider, Realm Realm, EapMethod Method, IReadOnlyList<string> Servers, Instant Created)
{
    /// <summary>The method as files write it.</summary>
    public EapForms Eap => EapForms.Of(Method);

    /// <summary>The domain by which the device knows its provider at home.</summary>
    public string Domain => Provider.Domains.IsEmpty ? Realm.Domain : Provider.Domains[0];

    /// <summary>The name that travels in the clear, while the true one goes inside the tunnel (RFC 7542 section 2.4).</summary>
    public string OuterIdentity => $"anonymous@{Realm.Domain}";

    /// <summary>A UUID that is the same each time, so that a newer profile takes the place of an older one (RFC 9562 version 8).</summary>
    public Guid Uuid(string part)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider.Id}\n{Realm.Name}\n{part}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
