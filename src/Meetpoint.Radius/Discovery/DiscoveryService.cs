namespace Meetpoint.Radius.Discovery;

/// <summary>What a server is looked for (RFC 7585 section 2.1.1.1): application service tags of S-NAPTR (RFC 3958).</summary>
public enum DiscoveryService
{
    /// <summary>"aaa+auth".</summary>
    Authentication,

    /// <summary>"aaa+acct".</summary>
    Accounting,

    /// <summary>"aaa+dynauth".</summary>
    DynamicAuthorisation,

    /// <summary>"x-eduroam": what eduroam uses for all of it.</summary>
    Eduroam,
}
