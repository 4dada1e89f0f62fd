using System.Globalization;

namespace Meetpoint.Sip.Sdp;

/// <summary>The o= line: who made the description, and which version of it this is.</summary>
/// <param name="UserName">"-" without.</param>
/// <param name="SessionId">Digits; kept as text, as some systems send more than 64 bits.</param>
/// <param name="Version">Grows by one with each change (RFC 3264 section 8).</param>
/// <param name="Address">Address of its maker; tells nothing about media.</param>
public sealed record SdpOrigin(string UserName, string SessionId, ulong Version, SdpConnection Address)
{
    internal static SdpOrigin? Parse(string value)
    {
        var fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 6 || SdpConnection.Parse(string.Join(' ', fields[3..])) is not { } address)
            return null;

        // A version above 64 bits is legal; only equality with the last one matters, so its low digits do.
        var digits = fields[2].Length > 19 ? fields[2][^19..] : fields[2];
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new SdpOrigin(fields[0], fields[1], version, address) : null;
    }

    /// <summary>The value of the line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UserName} {SessionId} {Version} {Address}");
}

/// <summary>A connection address: the c= line and the end of o=.</summary>
/// <param name="IsIPv6">IP6 rather than IP4.</param>
/// <param name="Host">Address or name, without TTL.</param>
public sealed record SdpConnection(bool IsIPv6, string Host)
{
    /// <summary>True for 0.0.0.0 and ::, RFC 2543's way to hold.</summary>
    public bool IsUnspecified => Host is "0.0.0.0" or "::";

    internal static SdpConnection? Parse(string value)
    {
        var fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is ["IN", "IP4" or "IP6", { Length: > 0 } host] ? new SdpConnection(fields[1] == "IP6", host.Split('/')[0]) : null;
    }

    /// <summary>The value of the line.</summary>
    public override string ToString() => $"IN {(IsIPv6 ? "IP6" : "IP4")} {Host}";
}
