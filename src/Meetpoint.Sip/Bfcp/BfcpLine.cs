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

/// <summary>A line of floor control in a session description (RFC 8856).</summary>
public sealed record BfcpLine
{
    /// <summary>Datagrams, in the clear.</summary>
    public const string Udp = "UDP/BFCP";

    /// <summary>A stream, in the clear.</summary>
    public const string Tcp = "TCP/BFCP";

    /// <summary>Its protocol: one of the two.</summary>
    public required string Protocol { get; init; }

    /// <summary>What its end may be; a client where it does not say.</summary>
    public BfcpRoles Roles { get; init; } = BfcpRoles.Client;

    /// <summary>The conference, where its end is the server; null where it does not say.</summary>
    public uint? Conference { get; init; }

    /// <summary>The user that the other end is, where its end is the server.</summary>
    public ushort? User { get; init; }

    /// <summary>The floor, and the label of the line of media that it controls; null where it does not say.</summary>
    public (ushort Floor, string Label)? Floor { get; init; }

    /// <summary>The version that it writes; null for that of its transport.</summary>
    public byte? Version { get; init; }

    /// <summary>Which end connects: "active", "passive", "actpass", "holdconn" (RFC 4145); null where it does not say.</summary>
    public string? Setup { get; init; }

    /// <summary>It is a stream.</summary>
    public bool IsStream => Protocol == Tcp;

    /// <summary>True for a line of floor control, of whatever transport.</summary>
    public static bool Is(SdpMedia line) => line.Kind == "application" && line.Protocol.EndsWith("/BFCP", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a line; null where it is none, or of a transport that is not spoken.</summary>
    public static BfcpLine? Read(SdpMedia line)
    {
        if (!Is(line) || line.Protocol.ToUpperInvariant() is not (Udp or Tcp) and var protocol)
            return null;
        return new BfcpLine
        {
            Protocol = line.Protocol.ToUpperInvariant(),
            Roles = RolesOf(line.Attributes.First("floorctrl")),
            Conference = uint.TryParse(line.Attributes.First("confid"), NumberStyles.None, CultureInfo.InvariantCulture, out var conference) ? conference : null,
            User = ushort.TryParse(line.Attributes.First("userid"), NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : null,
            Floor = FloorOf(line.Attributes.First("floorid")),
            Version = byte.TryParse(line.Attributes.First("bfcpver")?.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null,
            Setup = line.Attributes.First("setup"),
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
        if (Version is { } version)
            line.Attributes.Add("bfcpver", version.ToString(CultureInfo.InvariantCulture));
        if (Setup is null)
            return line;
        line.Attributes.Add("setup", Setup);
        line.Attributes.Add("connection", "new");
        return line;
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
