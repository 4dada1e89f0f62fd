using System.Runtime.InteropServices;

namespace Meetpoint.Output;

/// <summary>The columns of one session: where each party's line runs, and what was seen in it before.</summary>
sealed class LadderColumns(int width, TracedMessage first)
{
    /// <summary>Characters before the columns, which the time stands in.</summary>
    public const int Left = 10;

    const int Margin = 11; // half an IPv4 address and port
    const int LeastStep = 18;
    const int MostStep = 48;
    const int MostRemembered = 4_096;
    const string Exchange = "exchange";

    readonly List<string> _names = [];
    readonly List<string> _addresses = [];
    readonly HashSet<int> _seen = [];

    /// <summary>The first message, from which times count.</summary>
    public TracedMessage First => first;

    /// <summary>Characters from one line to the next.</summary>
    int Step => Math.Clamp((width - Left - 2 * Margin) / (_names.Count - 1), LeastStep, MostStep);

    /// <summary>Adds the party of a message; true when it is new.</summary>
    public bool Add(TracedMessage message)
    {
        if (_names.Contains(message.Column))
            return false;
        _names.Add(message.Column);
        _addresses.Add(message.Party is null ? "" : message.Remote.ToString());
        if (_names.Count == 1)
        {
            _names.Add(Exchange);
            _addresses.Add(message.Local.ToString());
        }

        return true;
    }

    /// <summary>True when the same bytes have gone the same way before: a retransmission.</summary>
    public bool IsAgain(TracedMessage message)
    {
        var hash = default(HashCode);
        hash.AddBytes(message.Bytes);
        hash.Add(message.IsOutgoing);
        hash.Add(message.Remote);
        if (_seen.Count >= MostRemembered)
            _seen.Clear();
        return !_seen.Add(hash.ToHashCode());
    }

    /// <summary>The names above their lines.</summary>
    public string Names() => Centred(_names);

    /// <summary>The addresses below the names; null when the names are all there is.</summary>
    public string? Addresses() => _addresses.TrueForAll(address => address.Length == 0) ? null : Centred(_addresses);

    /// <summary>The lines with an arrow from one to another; what is sent again is marked so.</summary>
    public string Arrow(TracedMessage message, string label, bool isAgain, bool isBroken)
    {
        var line = Lines();
        var (from, to) = (Place(message.Column), Place(Exchange));
        if (message.IsOutgoing)
            (from, to) = (to, from);
        var (left, right) = (Math.Min(from, to), Math.Max(from, to));
        line.AsSpan((left + 1)..right).Fill('─');
        var head = isBroken ? '✗' : from < to ? '▶' : '◀';
        line[from < to ? right - 1 : left + 1] = head;
        label = $" {Cut(label, right - left - (isAgain ? 7 : 5))}{(isAgain ? " ↻" : "")} ";
        label.CopyTo(line.AsSpan(left + 1 + (right - left - 1 - label.Length) / 2));
        return new string(line);
    }

    /// <summary>The lines with a remark below an arrow, over further lines where it is longer than the arrow.</summary>
    public string Note(TracedMessage message, string text)
    {
        var left = Math.Min(Place(message.Column), Place(Exchange)) + 2;
        var line = new List<char>(Lines());
        var room = Math.Max(Math.Abs(Place(message.Column) - Place(Exchange)) - 3, width - Left - left);
        text = Cut(text, room);
        CollectionsMarshal.SetCount(line, Math.Max(line.Count, left + text.Length));
        text.CopyTo(CollectionsMarshal.AsSpan(line)[left..]);
        return new string(CollectionsMarshal.AsSpan(line));
    }

    char[] Lines()
    {
        var line = new char[Place(_names[^1]) + 1];
        Array.Fill(line, ' ');
        for (var i = 0; i < _names.Count; i++)
            line[PlaceOf(i)] = '│';
        return line;
    }

    string Centred(List<string> texts)
    {
        var line = new char[Left + PlaceOf(texts.Count)];
        Array.Fill(line, ' ');
        for (var i = 0; i < texts.Count; i++)
        {
            var text = Cut(texts[i], Math.Min(Step - 1, 2 * Margin));
            text.CopyTo(line.AsSpan(Left + PlaceOf(i) - text.Length / 2));
        }

        return new string(line).TrimEnd();
    }

    int Place(string name) => PlaceOf(_names.IndexOf(name));

    int PlaceOf(int column) => Margin + column * Step;

    static string Cut(string text, int room) => text.Length <= room ? text : room <= 1 ? "…" : string.Concat(text.AsSpan(0, room - 1), "…");
}
