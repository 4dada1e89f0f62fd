using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Meetpoint.Demo.Story;

/// <summary>A mail taken apart as far as showing it needs: headers, and parts with their encodings (RFC 2045 to 2047). Never throws for what is in it.</summary>
sealed partial class MimeMessage
{
    const int MaxDepth = 8;

    readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    MimeMessage(string text, int depth)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = end < 0 ? text : text[..end];
        var body = end < 0 ? "" : text[(end + 4)..];
        foreach (var line in FoldedLine().Replace(head, " ").Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                _headers.TryAdd(line[..colon], line[(colon + 1)..].Trim());
        }

        MediaType = Raw("Content-Type").Split(';')[0].Trim().ToLowerInvariant();
        if (MediaType.StartsWith("multipart/", StringComparison.Ordinal) && Parameter("Content-Type", "boundary") is { } boundary && depth < MaxDepth)
            Leaves = [.. ("\r\n" + body).Split("\r\n--" + boundary)[1..].Where(part => !part.StartsWith("--", StringComparison.Ordinal))
                .SelectMany(part => new MimeMessage(part.TrimStart('\r', '\n'), depth + 1).Leaves)];
        else
            Leaves = [this];
        Content = Decode(body, Raw("Content-Transfer-Encoding").ToLowerInvariant());
    }

    /// <summary>Type and subtype, lower case; empty when it says none.</summary>
    public string MediaType { get; }

    /// <summary>The parts that have no parts; the message itself when it has none.</summary>
    public IReadOnlyList<MimeMessage> Leaves { get; }

    /// <summary>The body, its transfer encoding undone.</summary>
    public byte[] Content { get; }

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>Name of the attached file; null without.</summary>
    public string? FileName => Parameter("Content-Disposition", "filename") ?? Parameter("Content-Type", "name");

    /// <summary>Takes a mail apart.</summary>
    /// <remarks>Lines may end in LF alone, as mail servers keep them.</remarks>
    public static MimeMessage Parse(byte[] data) => new(
        Encoding.Latin1.GetString(data).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal), 0);

    /// <summary>A header for people; empty without.</summary>
    public string Header(string name) => EncodedWord().Replace(Raw(name), match =>
    {
        var octets = match.Groups[2].Value.Equals("B", StringComparison.OrdinalIgnoreCase)
            ? Base64Octets(match.Groups[3].Value) : Quoted(match.Groups[3].Value.Replace('_', ' '));
        return Encoding.UTF8.GetString(octets);
    });

    string Raw(string name) => _headers.GetValueOrDefault(name) ?? "";

    string? Parameter(string header, string name)
    {
        var match = Regex.Match(Raw(header), $@"[;\s]{name}=(?:""([^""]*)""|([^;\s]*))", RegexOptions.IgnoreCase);
        return match.Success ? match.Groups[1].Value + match.Groups[2].Value : null;
    }

    static byte[] Decode(string body, string encoding) => encoding switch
    {
        "base64" => Base64Octets(body),
        "quoted-printable" => Quoted(body.Replace("=\r\n", "", StringComparison.Ordinal)),
        _ => Encoding.Latin1.GetBytes(body),
    };

    static byte[] Base64Octets(string text)
    {
        var clean = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        return Base64.IsValid(clean) ? Convert.FromBase64String(clean) : [];
    }

    static byte[] Quoted(string text)
    {
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                i += 2;
            }
            else
            {
                octets.Add((byte)text[i]);
            }
        }

        return [.. octets];
    }

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex FoldedLine();

    [GeneratedRegex(@"=\?([^?]+)\?([BbQq])\?([^?]*)\?=(?:\s+(?==\?))?")]
    private static partial Regex EncodedWord();
}
