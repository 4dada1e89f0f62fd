namespace Meetpoint.Radius.Forwarding;

/// <summary>How the value of an attribute is hidden on the wire.</summary>
public enum HidingMethod : byte
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>As User-Password (RFC 2865 section 5.2).</summary>
    Password = 1,

    /// <summary>With a salt (RFC 2868 section 3.5); behind a tag where the attribute has one.</summary>
    Salted = 2,
}
