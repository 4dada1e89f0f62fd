using System.Globalization;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip.Bfcp;

/// <summary>Which end of floor control may be which (RFC 8856 section 5.1).</summary>
[Flags]
public enum BfcpRoles : byte
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>A client: it asks for floors.</summary>
    Client = 1,

    /// <summary>A server: it keeps them.</summary>
    Server = 2,
}

/// <summary>Versions that an end speaks (RFC 8856 section 5.5).</summary>
[Flags]
public enum BfcpVersions : byte
{
    /// <summary>None that is known.</summary>
    None = 0,

    /// <summary>Version 1, over streams.</summary>
    One = 1,

    /// <summary>Version 2, over datagrams.</summary>
    Two = 2,
}

/// <summary>A line of floor control in a session description (RFC 8856).</summary>
public sealed record BfcpLine
{
    /// <summary>Datagrams, in the clear.</summary>
    public const string Udp = "UDP/BFCP";

    /// <summary>A stream, in the clear.</summary>
    public const string Tcp = "TCP/BFCP";

    /// <summary>Datagrams of DTLS.</summary>
    public const string UdpTls = "UDP/TLS/BFCP";

    /// <summary>A stream of TLS.</summary>
    public const string TcpTls = "TCP/TLS/BFCP";

    /// <summary>Its protocol: one of the four.</summary>
    public required string Protocol { get; init; }

    /// <summary>What its end may be; a client where it does not say.</summary>
    public BfcpRoles Roles { get; init; } = BfcpRoles.Client;

    /// <summary>The conference, where its end is the server; null where it does not say.</summary>
    public uint? Conference { get; init; }

    /// <summary>The user that the other end is, where its end is the server.</summary>
    public ushort? User { get; init; }

    /// <summary>The floor, and the label of the line of media that it controls; null where it does not say.</summary>
    public (ushort Floor, string Label)? Floor { get; init; }

    /// <summary>The versions that it speaks; null where it does not say, and means that of its transport.</summary>
    public BfcpVersions? Versions { get; init; }

    /// <summary>Its certificate's fingerprint (RFC 8122), as in a=fingerprint; null without.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Which end connects: "active", "passive", "actpass", "holdconn" (RFC 4145); null where it does not say.</summary>
    public string? Setup { get; init; }

    /// <summary>Which association it is of, on its side (a=tls-id, RFC 8842 section 4); null where it does not say.</summary>
    public string? TlsId { get; init; }

    /// <summary>It is a stream.</summary>
    public bool IsStream => IsStreamProtocol(Protocol);

    /// <summary>It is under TLS or DTLS.</summary>
    public bool IsSecure => IsSecureProtocol(Protocol);

    /// <summary>The version of its transport.</summary>
    public BfcpVersions OwnVersion => IsStream ? BfcpVersions.One : BfcpVersions.Two;

    /// <summary>
    /// The version that it is spoken with; <see cref="BfcpVersions.None"/> where there is none, and the line is not to be taken (RFC 8856 section 10.2). Equipment that follows drafts before it
    /// has version 1 over datagrams.
    /// </summary>
    public BfcpVersions SpokenVersion => Versions is not { } versions || versions.HasFlag(OwnVersion) ? OwnVersion
        : !IsStream && versions.HasFlag(BfcpVersions.One) ? BfcpVersions.One : BfcpVersions.None;

    /// <summary>There is one.</summary>
    public bool HasVersion => SpokenVersion != BfcpVersions.None;

    /// <summary>True for TCP.</summary>
    public static bool IsStreamProtocol(string protocol) => protocol is Tcp or TcpTls;

    /// <summary>True for TLS and DTLS.</summary>
    public static bool IsSecureProtocol(string protocol) => protocol is UdpTls or TcpTls;

    /// <summary>True for a line of floor control, of whatever transport.</summary>
    public static bool Is(SdpMedia line) => line.Kind == "application" && line.Protocol.EndsWith("/BFCP", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a line; null where it is none, or of a transport that is not spoken.</summary>
    public static BfcpLine? Read(SdpMedia line)
    {
        if (!Is(line) || line.Protocol.ToUpperInvariant() is not (Udp or Tcp or UdpTls or TcpTls) and var protocol)
            return null;
        return new BfcpLine
        {
            Protocol = line.Protocol.ToUpperInvariant(),
            Roles = RolesOf(line.Attributes.First("floorctrl")),
            Conference = uint.TryParse(line.Attributes.First("confid"), NumberStyles.None, CultureInfo.InvariantCulture, out var conference) ? conference : null,
            User = ushort.TryParse(line.Attributes.First("userid"), NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : null,
            Floor = FloorOf(line.Attributes.First("floorid")),
            Versions = VersionsOf(line.Attributes.First("bfcpver")),
            Setup = line.Attributes.First("setup"),
            Fingerprint = line.Attributes.First("fingerprint"),
            TlsId = line.Attributes.First("tls-id"),
        };
    }

    /// <summary>The line as it is written.</summary>
    /// <param name="port">Ours; 9 where a stream is connected from here (RFC 4145 section 4.1).</param>
    public SdpMedia ToMedia(int port)
    {
        var line = new SdpMedia { Kind = "application", Port = port, Protocol = Protocol, Formats = ["*"] };
        line.Attributes.Add("floorctrl", Roles == BfcpRoles.Server ? "s-only" : Roles == BfcpRoles.Client ? "c-only" : "c-s");
        if (Conference is { } conference)
            line.Attributes.Add("confid", conference.ToString(CultureInfo.InvariantCulture));
        if (User is { } user)
            line.Attributes.Add("userid", user.ToString(CultureInfo.InvariantCulture));
        if (Floor is var (floor, label))
            line.Attributes.Add("floorid", string.Create(CultureInfo.InvariantCulture, $"{floor} mstrm:{label}"));
        line.Attributes.Add("bfcpver", (Versions ?? OwnVersion) switch { BfcpVersions.One => "1", BfcpVersions.Two => "2", _ => "1 2" });
        if (Fingerprint is not null)
            line.Attributes.Add("fingerprint", Fingerprint);
        if (TlsId is not null)
            line.Attributes.Add("tls-id", TlsId);
        if (Setup is null)
            return line;
        line.Attributes.Add("setup", Setup);
        if (IsStream)
            line.Attributes.Add("connection", "new");
        return line;
    }

    static BfcpVersions? VersionsOf(string? words)
    {
        if (words is null)
            return null;
        var versions = BfcpVersions.None;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            versions |= word switch { "1" => BfcpVersions.One, "2" => BfcpVersions.Two, _ => BfcpVersions.None };
        return versions;
    }

    // RFC 4583 let several words stand beside each other.
    static BfcpRoles RolesOf(string? words)
    {
        var roles = BfcpRoles.None;
        foreach (var word in words?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            roles |= word switch
            {
                "c-only" => BfcpRoles.Client,
                "s-only" => BfcpRoles.Server,
                "c-s" => BfcpRoles.Client | BfcpRoles.Server,
                _ => BfcpRoles.None,
            };
        }

        return roles == BfcpRoles.None ? BfcpRoles.Client : roles;
    }

    // "1 mstrm:10", and "m-stream" as RFC 4583 had it in its grammar.
    static (ushort Floor, string Label)? FloorOf(string? value) =>
        value?.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) is [var number, "mstrm" or "m-stream", var label, ..]
        && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var floor) ? (floor, label) : null;
}
