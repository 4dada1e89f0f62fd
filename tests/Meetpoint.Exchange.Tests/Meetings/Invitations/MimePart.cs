using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Meetpoint.Exchange.Tests.Meetings.Invitations;

/// <summary>A received message taken apart (RFC 2045, 2046, 2047), apart from the code that composed it.</summary>
sealed record MimePart(IReadOnlyDictionary<string, string> Headers, byte[] Body, IReadOnlyList<MimePart> Parts)
{
    public string MediaType => Headers.GetValueOrDefault("content-type", "text/plain").Split(';')[0].Trim().ToLowerInvariant();

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The header with its encoded words decoded.</summary>
    public string Header(string name) => Regex.Replace(
        Regex.Replace(Headers[name.ToLowerInvariant()], @"\?=\s+=\?", "?==?"), @"=\?utf-8\?([BQ])\?([^?]*)\?=", word => DecodeWord(word.Groups[1].Value, word.Groups[2].Value), RegexOptions.IgnoreCase);

    public string? Parameter(string header, string name)
    {
        var match = Regex.Match(Headers.GetValueOrDefault(header.ToLowerInvariant(), ""), $@";\s*{name}=""?([^"";]+)", RegexOptions.IgnoreCase);
        return match.Success ? match.Groups[1].Value : null;
    }

    public static MimePart Parse(string message)
    {
        var blank = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = Regex.Replace(message[..blank], "\r\n[ \t]", " ");
        var headers = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line[..line.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant(), line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
        var content = message[(blank + 4)..];
        var part = new MimePart(headers, Decode(content, headers.GetValueOrDefault("content-transfer-encoding", "7bit")), []);
        if (part.Parameter("content-type", "boundary") is not { } boundary)
            return part;
        var pieces = ("\r\n" + content).Split("\r\n--" + boundary);
        return part with { Parts = [.. pieces.Skip(1).TakeWhile(piece => !piece.StartsWith("--", StringComparison.Ordinal)).Select(piece => Parse(piece[2..]))] };
    }

    static byte[] Decode(string content, string encoding) => encoding.ToLowerInvariant() switch
    {
        "base64" => Convert.FromBase64String(content),
        "quoted-printable" => DecodeQuoted(content.Replace("=\r\n", "", StringComparison.Ordinal)),
        _ => Encoding.UTF8.GetBytes(content),
    };

    static string DecodeWord(string kind, string text) => Encoding.UTF8.GetString(
        kind is "B" or "b" ? Convert.FromBase64String(text) : DecodeQuoted(text.Replace('_', ' ')));

    static byte[] DecodeQuoted(string text)
    {
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            octets.Add(text[i] == '=' ? byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : (byte)text[i]);
            if (text[i] == '=')
                i += 2;
        }

        return [.. octets];
    }
}
