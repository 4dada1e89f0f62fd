using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What an Accounting-Request reports (Acct-Status-Type, RFC 2866 section 5.1).</summary>
[JsonConverter(typeof(KebabEnumConverter<AccountingStatus>))]
public enum AccountingStatus
{
    /// <summary>1: service has begun.</summary>
    Start = 1,

    /// <summary>2: service has ended.</summary>
    Stop = 2,

    /// <summary>3: it goes on (RFC 2869 section 2.1).</summary>
    InterimUpdate = 3,

    /// <summary>7: the access server has started; of what it had on before nothing is left.</summary>
    AccountingOn = 7,

    /// <summary>8: the access server is about to stop.</summary>
    AccountingOff = 8,
}

/// <summary>Why an Accounting-Request is no report.</summary>
enum AccountingFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It is another packet.</summary>
    NotAccounting,

    /// <summary>No Acct-Status-Type (RFC 2866 section 5.1).</summary>
    NoStatus,

    /// <summary>One that is not kept count of, such as that of a tunnel (RFC 2867): answered, and nothing else.</summary>
    OtherStatus,

    /// <summary>No Acct-Session-Id (RFC 2866 section 5.5).</summary>
    NoSessionId,

    /// <summary>Neither NAS-Identifier nor an address of the NAS (RFC 2866 section 4.1).</summary>
    NoNas,
}
