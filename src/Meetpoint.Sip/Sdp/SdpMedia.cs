using System.Globalization;

namespace Meetpoint.Sip.Sdp;

/// <summary>An m= section: one medium.</summary>
public sealed class SdpMedia
{
    /// <summary>"audio", "video", "application"...</summary>
    public required string Kind { get; init; }

    /// <summary>Port, 0 to 65535; 0 refuses the medium in an answer.</summary>
    public required int Port { get; set; }

    /// <summary>"RTP/AVP", "RTP/SAVP", "UDP/TLS/RTP/SAVPF"...</summary>
    public required string Protocol { get; set; }

    /// <summary>Formats in order of preference: payload types for RTP.</summary>
    public List<string> Formats { get; init; } = [];

    /// <summary>Its own address; null takes the session's.</summary>
    public SdpConnection? Connection { get; set; }

    /// <summary>b= lines as written: "AS:64".</summary>
    public List<string> Bandwidth { get; init; } = [];

    /// <summary>a= lines.</summary>
    public SdpAttributeList Attributes { get; init; } = [];

    /// <summary>True when the medium is refused or switched off.</summary>
    public bool IsRefused => Port == 0;

    /// <summary>The direction written for this medium; null without. See <see cref="SdpDescription.DirectionOf"/>.</summary>
    public SdpDirection? Direction { get => Attributes.Direction; set => Attributes.Direction = value; }

    /// <summary>Packet time in milliseconds; null without.</summary>
    public int? PtimeMs => SdpAttributeList.Integer(Attributes.First("ptime"));

    /// <summary>True when RTP and RTCP may share a port (RFC 5761).</summary>
    public bool RtcpMux => Attributes.Has("rtcp-mux");

    /// <summary>RTCP's port where it is not RTP's plus one (RFC 3605); null without.</summary>
    public int? RtcpPort => SdpAttributeList.Integer(Attributes.First("rtcp")?.Split(' ')[0]);

    /// <summary>Media identification (RFC 5888); null without.</summary>
    public string? Mid => Attributes.First("mid");

    /// <summary>Synchronisation sources that are named (RFC 5576), each once.</summary>
    public IEnumerable<uint> Ssrcs => Attributes.All("ssrc").Select(v => v.Split(' ')[0]).Distinct()
        .Select(v => uint.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var ssrc) ? ssrc : (uint?)null).OfType<uint>();

    /// <summary>Header extensions (RFC 8285): local id, and URI.</summary>
    public IEnumerable<(int Id, string Uri)> HeaderExtensions
    {
        get
        {
            foreach (var value in Attributes.All("extmap"))
            {
                var fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length >= 2 && SdpAttributeList.Integer(fields[0].Split('/')[0]) is { } id)
                    yield return (id, fields[1]);
            }
        }
    }

    /// <summary>The SRTP keys offered or chosen (RFC 4568).</summary>
    public IEnumerable<SdpCrypto> Cryptos
    {
        get
        {
            foreach (var value in Attributes.All("crypto"))
            {
                var fields = value.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length >= 3 && SdpAttributeList.Integer(fields[0]) is { } tag)
                    yield return new SdpCrypto(tag, fields[1], fields[2], fields.Length > 3 ? fields[3] : "");
            }
        }
    }

    /// <summary>The encodings that rtpmap lines name, in the order of the formats; static types without rtpmap are left out.</summary>
    public IEnumerable<SdpRtpMap> RtpMaps => Formats.Select(RtpMap).OfType<SdpRtpMap>();

    /// <summary>The encoding of a format; null when no rtpmap names it.</summary>
    public SdpRtpMap? RtpMap(string format)
    {
        foreach (var value in Attributes.All("rtpmap"))
        {
            if (value.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries) is not [var type, var map] || type != format)
                continue;
            var fields = map.Trim().Split('/');
            if (fields.Length >= 2 && SdpAttributeList.Integer(type) is { } number && SdpAttributeList.Integer(fields[1]) is { } clock)
                return new SdpRtpMap(number, fields[0], clock, fields.Length > 2 ? SdpAttributeList.Integer(fields[2]) ?? 1 : 1);
        }

        return null;
    }

    /// <summary>Format parameters; null without.</summary>
    public string? Fmtp(string format)
    {
        foreach (var value in Attributes.All("fmtp"))
        {
            if (value.Split(' ', 2) is [var type, var parameters] && type == format)
                return parameters.Trim();
        }

        return null;
    }

    /// <summary>Adds a format with its rtpmap, and fmtp when given.</summary>
    public void AddFormat(SdpRtpMap map, string? fmtp = null)
    {
        var type = map.PayloadType.ToString(CultureInfo.InvariantCulture);
        Formats.Add(type);
        Attributes.Add("rtpmap", string.Create(CultureInfo.InvariantCulture, $"{type} {map.Encoding}/{map.ClockRate}{(map.Channels > 1 ? "/" + map.Channels : "")}"));
        if (fmtp is not null)
            Attributes.Add("fmtp", $"{type} {fmtp}");
    }

    /// <summary>The same medium refused: port 0, one format kept as the grammar wants (RFC 3264 section 6).</summary>
    public SdpMedia Refuse() => new() { Kind = Kind, Port = 0, Protocol = Protocol, Formats = [Formats.FirstOrDefault("0")] };

    internal static SdpMedia? Parse(string value)
    {
        var fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 4 || SdpAttributeList.Integer(fields[1].Split('/')[0]) is not ({ } port and <= 65_535))
            return null;
        return new SdpMedia { Kind = fields[0], Port = port, Protocol = fields[2], Formats = [.. fields[3..]] };
    }
}
