using System.Security.Cryptography;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What one Accounting-Request says. A value of its own: nothing of the packet is held. Texts are at most <see cref="MaxText"/> characters without control characters.</summary>
sealed record AccountingReport
{
    /// <summary>Characters of any text: what an attribute of 253 octets takes in hexadecimal.</summary>
    public const int MaxText = 2 * RadiusAttribute.MaxValueLength;

    /// <summary>The number of the Wireless Broadband Alliance's attributes, and that of the place in them (WISPr 1.0 section 2.1.4).</summary>
    const uint WisprVendor = 14_122;
    const uint WisprLocationId = 1;

    /// <summary>An Event-Timestamp further back, or further ahead, is a clock that is wrong: then the time of arrival counts.</summary>
    static readonly Duration _oldest = Duration.FromDays(7);
    static readonly Duration _newest = Duration.FromMinutes(5);

    /// <summary>Where it comes from.</summary>
    public required ReportSource Source { get; init; }

    /// <summary>NAS-Identifier, or the address of the NAS.</summary>
    public required string Nas { get; init; }

    /// <summary>Acct-Session-Id; empty for <see cref="AccountingStatus.AccountingOn"/> and Off without one.</summary>
    public required string SessionId { get; init; }

    /// <summary>What is reported.</summary>
    public required AccountingStatus Status { get; init; }

    /// <summary>When it came, by our wall clock.</summary>
    public required Instant Received { get; init; }

    /// <summary>When it happened: Event-Timestamp (RFC 2869 section 5.3) where it can be true, else arrival less Acct-Delay-Time. Whole seconds where the NAS says it.</summary>
    public required Instant Event { get; init; }

    /// <summary>Event-Timestamp less what arrival and Acct-Delay-Time say, in seconds; null without Event-Timestamp.</summary>
    public long? SkewSeconds { get; init; }

    /// <summary>Acct-Multi-Session-Id; null without.</summary>
    public string? MultiSessionId { get; init; }

    /// <summary>Acct-Session-Time: how long the service has lasted; null without.</summary>
    public long? SessionSeconds { get; init; }

    /// <summary>True with counters of octets.</summary>
    public bool HasOctets { get; init; }

    /// <summary>True with Gigawords, also those of 0: such a NAS counts beyond 32 bits.</summary>
    public bool HasGigawords { get; init; }

    /// <summary>From the user, in octets.</summary>
    public long OctetsIn { get; init; }

    /// <summary>To the user, in octets.</summary>
    public long OctetsOut { get; init; }

    /// <summary>From the user, in packets.</summary>
    public long PacketsIn { get; init; }

    /// <summary>To the user, in packets.</summary>
    public long PacketsOut { get; init; }

    /// <summary>Class as the home server gave it in its Access-Accept, in hexadecimal; null without.</summary>
    public string? Class { get; init; }

    /// <summary>Chargeable-User-Identity (RFC 4372); null without, or with the nul that asks for one.</summary>
    public string? Cui { get; init; }

    /// <summary>Acct-Terminate-Cause (RFC 2866 section 5.10); null without.</summary>
    public int? TerminateCause { get; init; }

    /// <summary>WISPr-Location-ID, or without it Called-Station-Id; null without both.</summary>
    public string? Hotspot { get; init; }

    /// <summary>Who, as <see cref="PersonKey"/> names the Calling-Station-Id; null without.</summary>
    public string? Person { get; init; }

    /// <summary>From where he calls, as <see cref="PersonKey.StationOf"/> gives it, to know by which Access-Accept he was let in; never stored. Null without.</summary>
    public string? Station { get; init; }

    /// <summary>Operator-Name (RFC 5580); null without.</summary>
    public string? OperatorName { get; init; }

    /// <summary>Framed-IP-Address; null without.</summary>
    public string? FramedIp { get; init; }

    /// <summary>The attributes as they came, without those that differ from hop to hop or from one sending to the next.</summary>
    public required byte[] Kept { get; init; }

    /// <summary>SHA-256 of <see cref="Kept"/>: the same report again has the same.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>When the counting began that is reported: the start, or the event less the time of the session; null when it is not said.</summary>
    public Instant? Origin => Status == AccountingStatus.Start ? Event : SessionSeconds is { } seconds ? Event - Duration.FromSeconds(seconds) : null;

    /// <summary>Reads one. Never throws.</summary>
    /// <param name="packet">Its authenticator was checked.</param>
    /// <param name="source">What the hub knows of it.</param>
    /// <param name="received">Wall time.</param>
    /// <param name="key">By which people are named.</param>
    /// <param name="report">What it says.</param>
    public static AccountingFault TryRead(in RadiusPacket packet, ReportSource source, Instant received, PersonKey key, out AccountingReport? report)
    {
        report = null;
        if (packet.Code != RadiusCode.AccountingRequest)
            return AccountingFault.NotAccounting;
        if (!packet.TryFindInteger(AttributeType.AcctStatusType, out var number))
            return AccountingFault.NoStatus;
        var status = (AccountingStatus)number;
        if (!Enum.IsDefined(status))
            return AccountingFault.OtherStatus;
        var session = TextOf(packet, AttributeType.AcctSessionId);
        if (session is null && status is not (AccountingStatus.AccountingOn or AccountingStatus.AccountingOff))
            return AccountingFault.NoSessionId;
        if (NasOf(packet) is not { } nas)
            return AccountingFault.NoNas;
        received = Instant.FromUnixTimeTicks(received.ToUnixTimeTicks()); // as it is stored: what is read again must equal it
        var at = EventOf(packet, received, out var skew);
        var hasOctets = AccountedOctets.TryRead(packet, out var octets);
        var kept = KeptOf(packet);
        var station = packet.TryFind(AttributeType.CallingStationId, out var calling) ? PersonKey.StationOf(calling.Value) : null;
        report = new AccountingReport
        {
            Source = source,
            Nas = nas,
            SessionId = session ?? "",
            Status = status,
            Received = received,
            Event = at,
            SkewSeconds = skew,
            MultiSessionId = TextOf(packet, AttributeType.AcctMultiSessionId),
            SessionSeconds = Number(packet, AttributeType.AcctSessionTime),
            HasOctets = hasOctets,
            HasGigawords = packet.TryFind(AttributeType.AcctInputGigawords, out _) || packet.TryFind(AttributeType.AcctOutputGigawords, out _),
            OctetsIn = (long)Math.Min(octets.Input, long.MaxValue),
            OctetsOut = (long)Math.Min(octets.Output, long.MaxValue),
            PacketsIn = Number(packet, AttributeType.AcctInputPackets) ?? 0,
            PacketsOut = Number(packet, AttributeType.AcctOutputPackets) ?? 0,
            Class = packet.TryFind(AttributeType.Class, out var given) ? Convert.ToHexStringLower(given.Value) : null,
            Cui = CuiOf(packet),
            TerminateCause = packet.TryFindInteger(AttributeType.AcctTerminateCause, out var cause) && cause <= ushort.MaxValue ? (int)cause : null,
            Hotspot = HotspotOf(packet),
            Person = station is null ? null : key.NameOf(station),
            Station = station,
            OperatorName = TextOf(packet, AttributeType.OperatorName),
            FramedIp = Address(packet, AttributeType.FramedIpAddress),
            Kept = kept,
            Digest = SHA256.HashData(kept),
        };
        return AccountingFault.None;
    }

    /// <summary>By which an access server is known: NAS-Identifier, else its address; null without.</summary>
    public static string? NasOf(in RadiusPacket packet) =>
        TextOf(packet, AttributeType.NasIdentifier) ?? Address(packet, AttributeType.NasIpv6Address) ?? Address(packet, AttributeType.NasIpAddress);

    /// <summary>WISPr-Location-ID, or without it Called-Station-Id; null without both.</summary>
    public static string? HotspotOf(in RadiusPacket packet) =>
        VendorAttributes.TryFind(packet, WisprVendor, VendorFormat.Usual, WisprLocationId, out var place) ? Text(place) : TextOf(packet, AttributeType.CalledStationId);

    /// <summary>Chargeable-User-Identity (RFC 4372); null without, or with the nul that asks for one.</summary>
    public static string? CuiOf(in RadiusPacket packet) => TextOf(packet, AttributeType.ChargeableUserIdentity) is { } cui && cui != "00" ? cui : null;

    static Instant EventOf(in RadiusPacket packet, Instant received, out long? skew)
    {
        var delay = Duration.FromSeconds(Number(packet, AttributeType.AcctDelayTime) ?? 0);
        var arrived = received - (delay > _oldest ? Duration.Zero : delay);
        skew = null;
        if (!packet.TryFindInteger(AttributeType.EventTimestamp, out var seconds))
            return arrived;
        var said = Instant.FromUnixTimeSeconds(seconds);
        skew = (long)(said - arrived).TotalSeconds;
        return said < received - _oldest || said > received + _newest ? arrived : said;
    }

    /// <summary>Without what each hop or each sending makes anew: Proxy-State, Message-Authenticator, Acct-Delay-Time.</summary>
    static byte[] KeptOf(in RadiusPacket packet)
    {
        var kept = new byte[packet.AttributeBytes.Length];
        var length = 0;
        foreach (var attribute in packet.Attributes)
        {
            if (attribute.Type is AttributeType.ProxyState or AttributeType.MessageAuthenticator or AttributeType.AcctDelayTime)
                continue;
            attribute.Bytes.CopyTo(kept.AsSpan(length));
            length += attribute.Bytes.Length;
        }

        return kept[..length];
    }

    static long? Number(in RadiusPacket packet, AttributeType type) => packet.TryFindInteger(type, out var value) ? value : null;

    /// <summary>An attribute as a report keeps it; null without.</summary>
    public static string? TextOf(in RadiusPacket packet, AttributeType type) => packet.TryFind(type, out var found) && found.Value.Length > 0 ? Text(found.Value) : null;

    /// <summary>As UTF-8 where it is, otherwise in hexadecimal, so that different octets are different texts to any store.</summary>
    static string Text(ReadOnlySpan<byte> value)
    {
        if (!AttributeValue.IsText(value))
            return Convert.ToHexStringLower(value);
        var text = System.Text.Encoding.UTF8.GetString(value);
        return text.AsSpan().IndexOfAnyInRange('\u0000', '\u001f') >= 0 || text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') >= 0 ? Convert.ToHexStringLower(value) : text;
    }

    static string? Address(in RadiusPacket packet, AttributeType type) =>
        packet.TryFind(type, out var found) && AttributeValue.TryReadAddress(found.Value, out var address) ? address.ToString() : null;
}
