namespace Meetpoint.Exchange.Calls;

/// <summary>What a Privacy header asks for (RFC 3323 section 4.2, RFC 3325 section 9.3, RFC 7044 section 10.1).</summary>
[Flags]
public enum Privacy : byte
{
    /// <summary>Nothing, or "none".</summary>
    None = 0,

    /// <summary>"id": the asserted identity stays within the trust domain.</summary>
    Id = 1,

    /// <summary>"user": what the user's own equipment says of the user is withheld.</summary>
    User = 2,

    /// <summary>"header": what the network adds and shows where the user is, Via and Contact above all, is withheld.</summary>
    Header = 4,

    /// <summary>"session": the media do not show where the user is.</summary>
    Session = 8,

    /// <summary>"history": where the call was before is withheld.</summary>
    History = 16,

    /// <summary>"critical": the call had better fail than go on without what is asked.</summary>
    Critical = 32,

    /// <summary>Something that is not known here.</summary>
    Unknown = 64,
}
