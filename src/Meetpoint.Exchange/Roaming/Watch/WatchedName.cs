using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>Whose requests are watched: one user's, or those of all users of a realm.</summary>
sealed class WatchedName
{
    readonly byte[] _user;
    readonly byte[] _realm;

    WatchedName(byte[] user, byte[] realm) => (_user, _realm) = (user, realm);

    /// <summary>True for all of a realm: then nobody's name is shown.</summary>
    public bool IsRealm => _user.Length == 0;

    /// <summary>Reads "alice@liberty.example" or "@liberty.example"; false for neither.</summary>
    public static bool TryParse(string text, out WatchedName? name)
    {
        var isName = NetworkAccessId.TryParse(Encoding.UTF8.GetBytes(text), out var id, out _) && id.HasRealm;
        name = isName ? new WatchedName(id.User.ToArray(), id.Realm.ToArray()) : null;
        return isName;
    }

    /// <summary>Whether a User-Name is meant. Of a realm, as everywhere, case does not count; of a user it does (RFC 7542 section 2.4).</summary>
    public bool Matches(ReadOnlySpan<byte> userName) => NetworkAccessId.TryParse(userName, out var id, out _) && IsMeant(id);

    /// <summary>Whether all of a realm are watched, and it is this one.</summary>
    public bool MatchesRealm(string realm) => IsRealm && Ascii.EqualsIgnoreCase(Encoding.UTF8.GetBytes(realm), _realm);

    bool IsMeant(in NetworkAccessId id) => id.HasRealm && Ascii.EqualsIgnoreCase(id.Realm, _realm) && (IsRealm || id.User.SequenceEqual(_user));
}
