using System.Text;
using System.Text.Unicode;

namespace Meetpoint.Radius.Realms;

/// <summary>
/// "user@realm" (RFC 7542), read in place. The realm is what stands behind the last "@". One without is the sender's own affair and has none. A realm beyond ASCII
/// stays as it is given, for who routes must not change it (section 2.6).
/// </summary>
public readonly ref struct NetworkAccessId
{
    /// <summary>The most octets: what User-Name holds.</summary>
    public const int MaxLength = 253;

    const int MaxLabelLength = 63;

    readonly ReadOnlySpan<byte> _bytes;
    readonly int _at;

    NetworkAccessId(ReadOnlySpan<byte> bytes, int at)
    {
        _bytes = bytes;
        _at = at;
    }

    /// <summary>What stands before the last "@"; all of it without one. Empty for an identity that hides its user (section 2.4).</summary>
    public ReadOnlySpan<byte> User => _at < 0 ? _bytes : _bytes[.._at];

    /// <summary>What stands behind the last "@"; empty without one.</summary>
    public ReadOnlySpan<byte> Realm => _at < 0 ? default : _bytes[(_at + 1)..];

    /// <summary>True with a realm.</summary>
    public bool HasRealm => _at >= 0;

    /// <summary>True when the user is hidden, as it may be where EAP proves him: "@realm", "anonymous@realm" (section 2.4, and what is usual).</summary>
    public bool IsAnonymous => _at >= 0 && (User.IsEmpty || Ascii.EqualsIgnoreCase(User, "anonymous"u8));

    /// <summary>Reads a User-Name; false, with the reason, for one that is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out NetworkAccessId id, out NetworkAccessIdError error)
    {
        var at = name.LastIndexOf((byte)'@');
        id = new NetworkAccessId(name, at);
        error = name.IsEmpty ? NetworkAccessIdError.Empty
            : name.Length > MaxLength ? NetworkAccessIdError.TooLong
            : !Utf8.IsValid(name) ? NetworkAccessIdError.NotText
            : name.ContainsAnyInRange((byte)0, (byte)0x1f) || name.Contains((byte)0x7f) ? NetworkAccessIdError.ControlCharacter
            : at >= 0 && !IsRealm(name[(at + 1)..]) ? NetworkAccessIdError.BadRealm
            : at >= 0 && IsRoute(name[..at]) ? NetworkAccessIdError.SourceRoute
            : NetworkAccessIdError.None;
        return error == NetworkAccessIdError.None;
    }

    /// <summary>Labels of 1 to 63 octets: letters, digits, hyphens within, and what is beyond ASCII.</summary>
    internal static bool IsRealm(ReadOnlySpan<byte> realm)
    {
        if (realm.IsEmpty)
            return false;
        while (true)
        {
            var dot = realm.IndexOf((byte)'.');
            var label = dot < 0 ? realm : realm[..dot];
            if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-')
                return false;
            foreach (var octet in label)
            {
                if (octet < 0x80 && !char.IsAsciiLetterOrDigit((char)octet) && octet != '-')
                    return false;
            }

            if (dot < 0)
                return true;
            realm = realm[(dot + 1)..];
        }
    }

    static bool IsRoute(ReadOnlySpan<byte> user) => user.IndexOf((byte)'!') is > 0 and var bang && IsRealm(user[..bang]) && user[..bang].Contains((byte)'.');
}
