using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Output;

/// <summary>What a message says of media, a line a medium: kind, codecs, where it is received, and its direction unless that is both ways.</summary>
static class SdpSummary
{
    const int MostCodecs = 4;

    static readonly Dictionary<string, string> _static = new(StringComparer.Ordinal)
    {
        ["0"] = "PCMU", ["3"] = "GSM", ["4"] = "G723", ["8"] = "PCMA", ["9"] = "G722", ["13"] = "CN", ["18"] = "G729", ["31"] = "H261", ["34"] = "H263",
    };

    /// <summary>The lines; none when there is no session description.</summary>
    public static IEnumerable<string> Of(SipMessage message)
    {
        if (message.MediaType != SdpDescription.MediaType)
            yield break;
        if (!SdpDescription.TryParse(message.Body, out var sdp, out _))
        {
            yield return "SDP that cannot be read";
            yield break;
        }

        foreach (var media in sdp.Media)
        {
            var codecs = media.Formats.Select(format => Codec(media, format)).Where(name => name is not ("telephone-event" or "CN")).Distinct().ToList();
            var names = string.Join(' ', codecs.Take(MostCodecs)) + (codecs.Count > MostCodecs ? " …" : "");
            var direction = sdp.DirectionOf(media);
            var where = media.IsRefused ? "refused" : $"{(media.Connection ?? sdp.Connection)?.Host}:{media.Port}";
            yield return $"{media.Kind} {names} {where}{(IsSecure(media) ? " SRTP" : "")}{(direction == SdpDirection.SendRecv ? "" : " " + Name(direction))}";
        }
    }

    static string Codec(SdpMedia media, string format)
    {
        foreach (var map in media.Attributes.All("rtpmap"))
        {
            if (map.StartsWith(format + " ", StringComparison.Ordinal))
                return map[(format.Length + 1)..].Split('/')[0];
        }

        return _static.GetValueOrDefault(format, format);
    }

    static bool IsSecure(SdpMedia media) => media.Protocol.Contains("SAVP", StringComparison.Ordinal);

    static string Name(SdpDirection direction) => direction switch
    {
        SdpDirection.SendOnly => "sendonly",
        SdpDirection.RecvOnly => "recvonly",
        _ => "inactive",
    };
}
