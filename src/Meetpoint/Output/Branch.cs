namespace Meetpoint.Output;

/// <summary>A line with what belongs to it below: for people who read a picture, not a table.</summary>
/// <param name="text">The line; control characters of it are not shown.</param>
sealed class Branch(string text)
{
    readonly List<Branch> _below = [];

    /// <summary>Adds a line below this one.</summary>
    public Branch Add(string line)
    {
        var branch = new Branch(line);
        _below.Add(branch);
        return branch;
    }

    /// <summary>The text without control characters: what others chose (names, notes) must not move the cursor of who reads it.</summary>
    public static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>Writes it, and all below it with guides.</summary>
    public void Write(TextWriter output, string guide = "")
    {
        output.WriteLine(Plain(text));
        for (var i = 0; i < _below.Count; i++)
        {
            var isLast = i == _below.Count - 1;
            output.Write(guide + (isLast ? "└─ " : "├─ "));
            _below[i].Write(output, guide + (isLast ? "   " : "│  "));
        }
    }
}
