using System.Text;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>
/// The wrapping of message/cpim (RFC 3862): its own headers, those of what is wrapped, and that. Who it says sends and receives is not believed: the request
/// around it does.
/// </summary>
static class CpimBody
{
    /// <summary>Finds what is wrapped.</summary>
    /// <param name="bytes">The body.</param>
    /// <param name="wrapped">What is wrapped.</param>
    /// <param name="type">Its type.</param>
    /// <param name="sent">When it was sent, where that is said.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> wrapped, out ContentType type, out Instant? sent)
    {
        wrapped = default;
        type = default;
        sent = null;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        foreach (var line in Lines(bytes[..end]))
        {
            if (Value(line, "DateTime:") is { } text && OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } time)
                sent = time.Value.ToInstant();
        }

        var rest = bytes[(end + 4)..];
        var head = rest.StartsWith("\r\n"u8) ? 0 : rest.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        foreach (var line in Lines(rest[..head]))
        {
            if (Value(line, "Content-Type:") is { } text)
                type = ContentType.Parse(text);
        }

        if (type.MediaType is null)
            type = ContentType.Parse("");
        wrapped = rest[(head + (head == 0 ? 2 : 4))..];
        return true;
    }

    static string[] Lines(ReadOnlySpan<byte> head) => Encoding.UTF8.GetString(head).Split("\r\n");

    static string? Value(string line, string name) => line.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? line[name.Length..].Trim() : null;
}
