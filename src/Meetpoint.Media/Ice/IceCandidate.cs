using System.Globalization;
using System.Net;
using Meetpoint.Net;

namespace Meetpoint.Media.Ice;

/// <summary>
/// An address that media may be sent to, over UDP and for RTP and RTCP together (component 1): the value of SDP's candidate attribute (RFC 8839
/// section 5.1). A lite agent has host candidates alone (RFC 8445 section 5.2).
/// </summary>
/// <param name="Foundation">1 to 32 ice-chars; the same for candidates of one type from one base.</param>
/// <param name="Priority">1 to 2^31 - 1.</param>
/// <param name="Address">Where to send.</param>
/// <param name="Type">host, srflx, prflx or relay.</param>
public sealed record IceCandidate(string Foundation, uint Priority, NetAddress Address, string Type = "host")
{
    /// <summary>Characters of the longest line that is read.</summary>
    public const int MaxTextLength = 512;

    const int HostPreference = 126; // RFC 8445 section 5.1.2.2

    /// <summary>A candidate of ours.</summary>
    /// <param name="address">One that peers can reach.</param>
    /// <param name="index">Its place among ours, the preferred first: 0 to 255.</param>
    public static IceCandidate Host(in NetAddress address, int index = 0) => new(
        (index + 1).ToString(CultureInfo.InvariantCulture), (uint)((HostPreference << 24) | ((65535 - index) << 8) | 255), address);

    /// <summary>Reads the attribute's value; false for what is none, of another transport or component, or by a name (as of mDNS), not an address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IceCandidate candidate)
    {
        candidate = null!;
        Span<Range> parts = stackalloc Range[9]; // foundation component transport priority address port "typ" type, and what follows in one
        if (text.Length > MaxTextLength)
            return false;
        var count = text.Split(parts, ' ');
        if (count < 8 || text[parts[0]].Length is 0 or > 32 || text[parts[1]] is not "1" || !text[parts[2]].Equals("udp", StringComparison.OrdinalIgnoreCase)
            || !uint.TryParse(text[parts[3]], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)
            || !IPAddress.TryParse(text[parts[4]], out var host) || text[parts[4]].Contains('[')
            || !ushort.TryParse(text[parts[5]], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || text[parts[6]] is not "typ")
            return false;
        candidate = new IceCandidate(text[parts[0]].ToString(), priority, NetAddress.From(host, port), text[parts[7]].ToString());
        return true;
    }

    /// <summary>The attribute's value: "1 1 udp 2130706431 192.0.2.1 40000 typ host".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Foundation} 1 udp {Priority} {Address.ToIPAddress()} {Address.Port} typ {Type}");
}
