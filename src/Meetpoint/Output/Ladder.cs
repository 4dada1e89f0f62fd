using System.Globalization;
using System.Text;

namespace Meetpoint.Output;

/// <summary>How a ladder looks.</summary>
/// <param name="Width">Characters of a line.</param>
/// <param name="HasColours">Whether the screen shows colours.</param>
/// <param name="IsFull">Whether each message follows its arrow whole.</param>
sealed record LadderStyle(int Width, bool HasColours, bool IsFull);

/// <summary>
/// Draws the messages of a session between the exchange and its parties: a column each, the exchange behind the first, time downwards. What comes
/// message by message gets a new head when a party appears or the session changes.
/// </summary>
sealed class Ladder(TextWriter output, LadderStyle style)
{
    /// <summary>Sessions whose columns are remembered; when there are more, all begin anew.</summary>
    const int MostSessions = 1_024;

    readonly Dictionary<string, LadderColumns> _sessions = new(StringComparer.Ordinal);
    string? _current;

    /// <summary>A session as a whole.</summary>
    public void Session(IReadOnlyList<TracedMessage> messages, bool isCut)
    {
        var columns = new LadderColumns(style.Width, messages[0]);
        foreach (var message in messages)
            columns.Add(message);
        WriteHead(columns, messages[0].Session);
        if (isCut)
            output.WriteLine("  (messages before these are left out)");
        foreach (var message in messages)
            WriteMessage(columns, message);
        output.WriteLine();
    }

    /// <summary>The next message of whatever session.</summary>
    public void Write(TracedMessage message)
    {
        if (_sessions.Count >= MostSessions)
            _sessions.Clear();
        if (!_sessions.TryGetValue(message.Session, out var columns))
            _sessions[message.Session] = columns = new LadderColumns(style.Width, message);
        if (columns.Add(message) || _current != message.Session)
        {
            WriteHead(columns, message.Session);
            _current = message.Session;
        }

        WriteMessage(columns, message);
    }

    void WriteHead(LadderColumns columns, string session)
    {
        output.WriteLine(Paint("1", Visible($"{columns.First.At.ToString("uuuu-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} UTC  {session}")));
        output.WriteLine(Paint("1", Visible(columns.Names())));
        if (columns.Addresses() is { } addresses)
            output.WriteLine(addresses);
    }

    void WriteMessage(LadderColumns columns, TracedMessage message)
    {
        var isAgain = columns.IsAgain(message);
        var label = Visible(message.Label());
        var fault = message.Event switch { "dropped" => "dropped", "unsent" => "not sent", _ => message.Error };
        var time = message.SecondsAfter(columns.First).ToString("0.000", CultureInfo.InvariantCulture).PadLeft(LadderColumns.Left - 2) + "  ";
        var line = columns.Arrow(message, label, isAgain, fault is not null);
        output.WriteLine(time + Paint(Colour(message, isAgain, fault), line));
        if (fault is not null)
            output.WriteLine(new string(' ', LadderColumns.Left) + Paint("31", columns.Note(message, "✗ " + Visible(fault))));
        if (!isAgain && !style.IsFull)
        {
            foreach (var media in SdpSummary.Of(message.Sip))
                output.WriteLine(new string(' ', LadderColumns.Left) + columns.Note(message, Visible(media)));
        }

        if (style.IsFull)
            WriteWhole(message);
    }

    void WriteWhole(TracedMessage message)
    {
        output.WriteLine();
        foreach (var line in Encoding.UTF8.GetString(message.Bytes).TrimEnd().Split('\n'))
            output.WriteLine("    " + Visible(line.TrimEnd('\r')));
        if (message.Bytes.Length < message.Length)
            output.WriteLine($"    ({message.Length - message.Bytes.Length} further bytes are not kept)");
        output.WriteLine();
    }

    static string Colour(TracedMessage message, bool isAgain, string? fault) => fault is not null ? "31"
        : isAgain ? "2"
        : message.Sip.IsRequest ? "36"
        : message.Sip.StatusCode switch { < 200 => "0", < 300 => "32", < 400 => "33", _ => "31" };

    string Paint(string colour, string text) => style.HasColours ? $"\e[{colour}m{text}\e[0m" : text;

    // What others sent must not move the cursor of who reads it.
    static string Visible(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '·' : c)) : text;
}
