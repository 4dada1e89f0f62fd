using System.Globalization;
using System.Text;

namespace Meetpoint.Sip.Sdp;

/// <summary>
/// A session description (RFC 8866). Reads leniently: unknown lines are kept in <see cref="OtherLines"/>, LF alone ends a line.
/// </summary>
/// <remarks>Mutable while it is built; not thread safe. What is handed to a call is read at once and may be reused.</remarks>
public sealed class SdpDescription
{
    /// <summary>The media type of its body.</summary>
    public const string MediaType = "application/sdp";

    /// <summary>Bytes of a description; larger ones are refused.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>Lines of a description.</summary>
    public const int MaxLines = 2_048;

    /// <summary>Media of a description.</summary>
    public const int MaxMedia = 64;

    /// <summary>The o= line.</summary>
    public required SdpOrigin Origin { get; set; }

    /// <summary>The s= line.</summary>
    public string SessionName { get; set; } = "-";

    /// <summary>The address of all media that have none of their own.</summary>
    public SdpConnection? Connection { get; set; }

    /// <summary>b= lines of the session.</summary>
    public List<string> Bandwidth { get; init; } = [];

    /// <summary>a= lines of the session.</summary>
    public SdpAttributeList Attributes { get; init; } = [];

    /// <summary>The media, in order: an answer has as many, at the same places.</summary>
    public List<SdpMedia> Media { get; init; } = [];

    /// <summary>Session lines of other letters (i=, u=, k=, unknown), as written.</summary>
    public List<string> OtherLines { get; init; } = [];

    /// <summary>The direction of a medium: its own, else the session's, else both ways; 0.0.0.0 holds as RFC 2543 had it.</summary>
    public SdpDirection DirectionOf(SdpMedia media)
    {
        var direction = media.Direction ?? Attributes.Direction ?? SdpDirection.SendRecv;
        if ((media.Connection ?? Connection) is not { IsUnspecified: true })
            return direction;
        return direction is SdpDirection.SendRecv or SdpDirection.SendOnly ? SdpDirection.SendOnly : SdpDirection.Inactive;
    }

    /// <summary>True when no medium that stands wants to receive: the sender has put us on hold (RFC 3264 section 8.4).</summary>
    public bool IsHold => Media.Exists(m => !m.IsRefused)
        && Media.TrueForAll(m => m.IsRefused || DirectionOf(m) is SdpDirection.SendOnly or SdpDirection.Inactive);

    /// <summary>Address and port of a medium; null when it is refused, has no address, or a name.</summary>
    public Net.NetAddress? AddressOf(SdpMedia media)
    {
        var connection = media.Connection ?? Connection;
        return connection is not null && !media.IsRefused && System.Net.IPAddress.TryParse(connection.Host, out var ip)
            ? Net.NetAddress.From(ip, media.Port) : null;
    }

    /// <summary>Reads a body.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SdpDescription? sdp, out SdpError error)
    {
        sdp = null;
        if (body.Length > MaxBytes)
        {
            error = SdpError.TooLarge;
            return false;
        }

        error = SdpParser.Parse(Encoding.UTF8.GetString(body), out sdp);
        return error == SdpError.None && sdp is not null;
    }

    /// <summary>Reads text that must be valid: constants and tests.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static SdpDescription Parse(string text) =>
        TryParse(Encoding.UTF8.GetBytes(text), out var sdp, out var error) ? sdp : throw new FormatException($"no session description: {error}");

    /// <summary>The body as bytes.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The body, lines ended by CRLF.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(512);
        text.Append("v=0\r\n").Append(CultureInfo.InvariantCulture, $"o={Origin}\r\ns={SessionName}\r\n");
        foreach (var line in OtherLines)
            text.Append(line).Append("\r\n");
        if (Connection is not null)
            text.Append(CultureInfo.InvariantCulture, $"c={Connection}\r\n");
        foreach (var bandwidth in Bandwidth)
            text.Append(CultureInfo.InvariantCulture, $"b={bandwidth}\r\n");
        text.Append("t=0 0\r\n");
        foreach (var attribute in Attributes)
            text.Append(CultureInfo.InvariantCulture, $"a={attribute}\r\n");
        foreach (var media in Media)
            Append(text, media);
        return text.ToString();
    }

    static void Append(StringBuilder text, SdpMedia media)
    {
        text.Append(CultureInfo.InvariantCulture, $"m={media.Kind} {media.Port} {media.Protocol} {string.Join(' ', media.Formats)}\r\n");
        if (media.Connection is not null)
            text.Append(CultureInfo.InvariantCulture, $"c={media.Connection}\r\n");
        foreach (var bandwidth in media.Bandwidth)
            text.Append(CultureInfo.InvariantCulture, $"b={bandwidth}\r\n");
        foreach (var attribute in media.Attributes)
            text.Append(CultureInfo.InvariantCulture, $"a={attribute}\r\n");
    }
}
