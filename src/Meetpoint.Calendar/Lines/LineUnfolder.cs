using System.Buffers;
using System.Text;

namespace Meetpoint.Calendar;

/// <summary>Takes content lines off received octets, unfolded (RFC 5545 section 3.1).</summary>
/// <remarks>
/// Unfolds octets, not characters: some writers fold inside a UTF-8 sequence. Takes LF for CRLF, skips empty lines and a byte
/// order mark, replaces what is not UTF-8, and drops control characters, so that whatever is read can be written.
/// </remarks>
ref struct LineUnfolder(ReadOnlySpan<byte> octets, int maxLineBytes)
{
    ReadOnlySpan<byte> rest = octets.StartsWith("\uFEFF"u8) ? octets[3..] : octets;
    readonly ArrayBufferWriter<byte> unfolded = new(256);

    /// <summary>The last call gave nothing because the line is over the limit.</summary>
    public bool StoppedOnLongLine { get; private set; }

    /// <summary>The next line that is not empty. False at the end, and when the line is too long.</summary>
    public bool TryNext(out string line)
    {
        while (!rest.IsEmpty)
        {
            unfolded.ResetWrittenCount();
            StoppedOnLongLine = !TryAppend(TakeLine());
            while (!StoppedOnLongLine && !rest.IsEmpty && (rest[0] is (byte)' ' or (byte)'\t'))
            {
                rest = rest[1..];
                StoppedOnLongLine = !TryAppend(TakeLine());
            }

            if (StoppedOnLongLine)
                break;
            line = Decode(unfolded.WrittenSpan);
            if (!string.IsNullOrWhiteSpace(line))
                return true;
        }

        line = "";
        return false;
    }

    readonly bool TryAppend(ReadOnlySpan<byte> piece)
    {
        if (unfolded.WrittenCount + piece.Length > maxLineBytes)
            return false;
        unfolded.Write(piece);
        return true;
    }

    ReadOnlySpan<byte> TakeLine()
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    static string Decode(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        foreach (var c in text)
        {
            if (c != '\t' && char.IsControl(c))
                return string.Concat(text.Where(kept => kept == '\t' || !char.IsControl(kept)));
        }

        return text;
    }
}
