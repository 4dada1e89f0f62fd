namespace Meetpoint.Media.Srtp;

/// <summary>Why an a=crypto value was not taken.</summary>
public enum SdesError
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>Not in the form of RFC 4568 9.2, or longer than <see cref="SdesKey.MaxLength"/>.</summary>
    Malformed,

    /// <summary>A crypto suite that is not implemented: try the next a=crypto line.</summary>
    UnsupportedSuite,

    /// <summary>The key is not base64, or of another length than the suite's.</summary>
    BadKey,

    /// <summary>More than one key, or a master key identifier.</summary>
    UnsupportedMki,

    /// <summary>A session parameter that changes the protection and is not implemented (RFC 4568 6.3).</summary>
    UnsupportedParameter,
}
