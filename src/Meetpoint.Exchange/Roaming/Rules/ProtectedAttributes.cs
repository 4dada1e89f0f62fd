using System.Collections.Frozen;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>
/// What no rule touches: what carries the conversation and its proof, by what a session and who has it are known again, what both sides settle by, and what this exchange itself answers for. To change one would break authentication, or what was used would
/// not be what was reported.
/// </summary>
static class ProtectedAttributes
{
    const uint Microsoft = 311;

    /// <summary>MS-CHAP and MPPE (RFC 2548), by which a password is proved and the radio link gets its keys.</summary>
    static readonly byte[] _microsoft = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 17, 25, 26, 27];

    static readonly AttributeType[] _types =
    [
        AttributeType.UserName, AttributeType.UserPassword, AttributeType.ChapPassword, AttributeType.ChapChallenge, AttributeType.State, AttributeType.Class, AttributeType.ProxyState,
        AttributeType.EapMessage, AttributeType.MessageAuthenticator, AttributeType.OperatorName, AttributeType.ChargeableUserIdentity, AttributeType.ErrorCause,
        AttributeType.NasIpAddress, AttributeType.NasIpv6Address, AttributeType.NasIdentifier, AttributeType.CallingStationId,
        AttributeType.AcctStatusType, AttributeType.AcctDelayTime, AttributeType.AcctInputOctets, AttributeType.AcctOutputOctets, AttributeType.AcctSessionId, AttributeType.AcctSessionTime,
        AttributeType.AcctInputPackets, AttributeType.AcctOutputPackets, AttributeType.AcctTerminateCause, AttributeType.AcctMultiSessionId, AttributeType.AcctInputGigawords,
        AttributeType.AcctOutputGigawords, AttributeType.EventTimestamp,
    ];

    /// <summary>All of them.</summary>
    public static FrozenSet<AttributeKey> All { get; } =
        [.. _types.Select(type => new AttributeKey(type)), .. _microsoft.Select(type => new AttributeKey(AttributeType.VendorSpecific, Microsoft, type))];
}
