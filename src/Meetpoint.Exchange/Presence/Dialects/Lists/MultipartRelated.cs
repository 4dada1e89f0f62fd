using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>A part of a multipart body.</summary>
/// <param name="ContentType">Its media type, with parameters as they stand.</param>
/// <param name="ContentId">Its Content-ID without angle brackets; null without.</param>
/// <param name="Body">Its content.</param>
sealed record MultipartPart(string ContentType, string? ContentId, ReadOnlyMemory<byte> Body);

/// <summary>Several documents in one body (RFC 2387, RFC 2046 5.1), as resource lists have them.</summary>
static class MultipartRelated
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "multipart/related";

    /// <summary>Bytes of a body, at most.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Parts of a body, at most: a list, and a document for each of its resources.</summary>
    public const int MaxParts = AdhocList.MaxResources + 1;

    /// <summary>Bytes of the header of a part, at most.</summary>
    public const int MaxHeaderBytes = 2048;

    const int MaxBoundaryLength = 70;

    /// <summary>Reads the parts; false, with a fault in words, when the body is malformed or beyond a bound. They lie within the body that is handed in.</summary>
    /// <param name="contentType">The value of Content-Type, with its boundary.</param>
    /// <param name="body">The body.</param>
    /// <param name="parts">The parts, in their order.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryRead(string contentType, ReadOnlyMemory<byte> body, out IReadOnlyList<MultipartPart> parts, [NotNullWhen(false)] out string? fault)
    {
        var found = new List<MultipartPart>();
        parts = found;
        fault = body.Length > MaxBytes ? $"more than {MaxBytes} bytes" : null;
        var boundary = Boundary(contentType);
        if (boundary is null)
            fault ??= "no boundary";
        if (fault is not null)
            return false;
        var delimiter = Encoding.ASCII.GetBytes("--" + boundary);
        var at = Delimiter(body.Span, delimiter, 0);
        while (at >= 0 && fault is null)
        {
            var start = at + delimiter.Length;
            if (body.Span[start..].StartsWith("--"u8))
                return true;
            var next = Delimiter(body.Span, delimiter, start);
            fault = next < 0 ? "no end" : found.Count >= MaxParts ? $"more than {MaxParts} parts" : null;
            if (fault is null && !TryPart(body[start..next], found))
                fault = "a part without the end of its header";
            at = next;
        }

        fault ??= "no delimiter";
        return false;
    }

    /// <summary>Writes parts, and gives the value of Content-Type for them: the first is the root.</summary>
    /// <param name="parts">The parts; each with a Content-ID.</param>
    /// <param name="boundary">What separates them: no line of a part may begin with it. Letters and digits, at most 70.</param>
    public static (string ContentType, byte[] Body) Write(IReadOnlyList<MultipartPart> parts, string boundary)
    {
        var stream = new MemoryStream();
        foreach (var part in parts)
        {
            stream.Write(Encoding.UTF8.GetBytes(
                $"--{boundary}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{Line(part.ContentId)}>\r\nContent-Type: {Line(part.ContentType)}\r\n\r\n"));
            stream.Write(part.Body.Span);
            stream.Write("\r\n"u8);
        }

        stream.Write(Encoding.ASCII.GetBytes($"--{boundary}--\r\n"));
        return ($"{MediaType};type=\"{parts[0].ContentType}\";start=\"<{Line(parts[0].ContentId)}>\";boundary={boundary}", stream.ToArray());
    }

    // What comes from an address must not end the line that it stands on.
    static string Line(string? text) => text is null ? "" : string.Concat(text.Where(c => !char.IsControl(c)));

    /// <summary>The next delimiter at the beginning of a line; -1 when there is none.</summary>
    static int Delimiter(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter, int from)
    {
        while (body[from..].IndexOf(delimiter) is var offset and >= 0)
        {
            var at = from + offset;
            if (at == 0 || body[at - 1] == '\n')
                return at;
            from = at + delimiter.Length;
        }

        return -1;
    }

    static bool TryPart(ReadOnlyMemory<byte> bytes, List<MultipartPart> parts)
    {
        // The delimiter's own line ends here, and the line end before the next one belongs to that one.
        var lineEnd = bytes.Span.IndexOf((byte)'\n');
        if (lineEnd < 0)
            return false;
        bytes = bytes[(lineEnd + 1)..];
        var window = bytes.Span[..Math.Min(bytes.Length, MaxHeaderBytes)];
        var headerEnd = window.StartsWith("\r\n"u8) ? 2 : window.StartsWith("\n"u8) ? 1
            : window.IndexOf("\r\n\r\n"u8) is var crlf and >= 0 ? crlf + 4 : window.IndexOf("\n\n"u8) is var lf and >= 0 ? lf + 2 : -1;
        if (headerEnd < 0)
            return false;
        var (type, id) = Headers(Encoding.UTF8.GetString(bytes.Span[..headerEnd]));
        var end = bytes.Length;
        if (end > headerEnd && bytes.Span[end - 1] == '\n')
            end--;
        if (end > headerEnd && bytes.Span[end - 1] == '\r')
            end--;
        parts.Add(new(type ?? "text/plain", id, bytes[headerEnd..end]));
        return true;
    }

    static (string? Type, string? Id) Headers(string header)
    {
        string? type = null, id = null;
        foreach (var line in header.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal)
            .Replace("\n\t", " ", StringComparison.Ordinal).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var value = line[(colon + 1)..].Trim();
            if (line[..colon].Trim().Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                type = value;
            else if (line[..colon].Trim().Equals("Content-ID", StringComparison.OrdinalIgnoreCase))
                id = value.Trim('<', '>');
        }

        return (type, id);
    }

    static string? Boundary(string contentType)
    {
        foreach (var parameter in contentType.Split(';', StringSplitOptions.TrimEntries).Skip(1))
        {
            if (!parameter.StartsWith("boundary=", StringComparison.OrdinalIgnoreCase))
                continue;
            var value = parameter["boundary=".Length..].Trim().Trim('"');
            return value.Length is > 0 and <= MaxBoundaryLength && value.All(c => char.IsAscii(c) && !char.IsControl(c)) ? value : null;
        }

        return null;
    }
}
