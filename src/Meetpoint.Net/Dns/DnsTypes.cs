namespace Meetpoint.Net.Dns;

/// <summary>Types of records that this library reads; others are kept as numbers.</summary>
public enum DnsType : ushort
{
    /// <summary>IPv4 address (RFC 1035).</summary>
    A = 1,

    /// <summary>Another name for this name (RFC 1035).</summary>
    Cname = 5,

    /// <summary>Start of a zone; its minimum bounds how long an absence is remembered (RFC 2308).</summary>
    Soa = 6,

    /// <summary>IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>Where a service is (RFC 2782).</summary>
    Srv = 33,

    /// <summary>Which services a domain has (RFC 3403).</summary>
    Naptr = 35,

    /// <summary>Extension of the message itself (RFC 6891).</summary>
    Opt = 41,
}

/// <summary>How a server answered (RFC 1035, section 4.1.1).</summary>
public enum DnsResponseCode : byte
{
    /// <summary>Well; perhaps without records.</summary>
    NoError = 0,

    /// <summary>The question was not understood.</summary>
    FormatError = 1,

    /// <summary>The server failed.</summary>
    ServerFailure = 2,

    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NameError = 3,

    /// <summary>The server does not do that.</summary>
    NotImplemented = 4,

    /// <summary>The server does not want to.</summary>
    Refused = 5,
}

/// <summary>What is wrong with a message.</summary>
public enum DnsParseError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It ends too early.</summary>
    Truncated,

    /// <summary>A label is longer than 63 bytes, or of an unknown kind.</summary>
    BadLabel,

    /// <summary>A name is longer than 255 bytes.</summary>
    NameTooLong,

    /// <summary>A compression pointer does not point back.</summary>
    BadPointer,

    /// <summary>More records than <see cref="DnsMessage.MaxRecords"/>.</summary>
    TooManyRecords,

    /// <summary>A record's data does not fit its length.</summary>
    BadRecordData,
}
