namespace Meetpoint.Radius.Packets;

/// <summary>Attributes that the code itself reads or writes, by their numbers. All others are known to the dictionary alone.</summary>
public enum AttributeType : byte
{
    /// <summary>None; never on the wire.</summary>
    None = 0,
#pragma warning disable CS1591 // each is named as its RFC names it
    UserName = 1,
    UserPassword = 2,
    ChapPassword = 3,
    NasIpAddress = 4,
    NasPort = 5,
    ServiceType = 6,
    FilterId = 11,
    ReplyMessage = 18,
    State = 24,
    Class = 25,
    VendorSpecific = 26,
    SessionTimeout = 27,
    CalledStationId = 30,
    CallingStationId = 31,
    NasIdentifier = 32,
    ProxyState = 33,
    AcctStatusType = 40,
    AcctInputOctets = 42,
    AcctOutputOctets = 43,
    AcctSessionId = 44,
    AcctInputGigawords = 52,
    AcctOutputGigawords = 53,
    EventTimestamp = 55,
    ChapChallenge = 60,
    NasPortType = 61,
    TunnelPassword = 69,
    EapMessage = 79,
    MessageAuthenticator = 80,
    ChargeableUserIdentity = 89,
    NasIpv6Address = 95,
    ErrorCause = 101,
    OperatorName = 126,
    Extended1 = 241,
    Extended2 = 242,
    Extended3 = 243,
    Extended4 = 244,
    LongExtended1 = 245,
    LongExtended2 = 246,
#pragma warning restore CS1591
}
