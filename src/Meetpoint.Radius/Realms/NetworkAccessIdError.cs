namespace Meetpoint.Radius.Realms;

/// <summary>Why a User-Name is no network access identifier.</summary>
public enum NetworkAccessIdError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Nothing stands there.</summary>
    Empty,

    /// <summary>Longer than <see cref="NetworkAccessId.MaxLength"/>.</summary>
    TooLong,

    /// <summary>No UTF-8.</summary>
    NotText,

    /// <summary>A control character.</summary>
    ControlCharacter,

    /// <summary>An "@" with no realm behind it, or one that is no realm: empty or overlong labels, or characters that none has (RFC 7542 section 2.2).</summary>
    BadRealm,

    /// <summary>"realm!user@other": a way through other realms, which who sends the request has no business to choose (RFC 7542 section 3.3.1).</summary>
    SourceRoute,
}
