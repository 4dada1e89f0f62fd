using System.Globalization;

namespace Meetpoint.Simulation.Kit;

/// <summary>One part of what a run left behind, as its network, a log or a store: line by line from the start as far as it is kept, and the digest of all lines.</summary>
/// <param name="Name">What it is a part of.</param>
/// <param name="Count">Lines in all.</param>
/// <param name="Digest">Of all lines, in hexadecimal.</param>
/// <param name="First">The first lines; all of them, unless there were more than <see cref="RunPartWriter.MaxKeptCharacters"/>.</param>
sealed record RunPart(string Name, long Count, string Digest, IReadOnlyList<string> First)
{
    /// <summary>Most characters of a line that are shown before and from the place on where two differ.</summary>
    const int ShownCharacters = 160;

    /// <summary>A part that is known as a whole.</summary>
    public static RunPart Of(string name, IEnumerable<string> lines)
    {
        using var writer = new RunPartWriter();
        foreach (var line in lines)
            writer.Add(line);
        return writer.Part(name);
    }

    /// <summary>The first line in which the same part of two runs differs, for people; null when they are the same.</summary>
    public string? DifferenceFrom(RunPart other)
    {
        if (Name == other.Name && Count == other.Count && Digest == other.Digest)
            return null;
        var kept = Math.Min(First.Count, other.First.Count);
        for (var i = 0; i < kept; i++)
        {
            if (First[i] != other.First[i])
                return string.Create(CultureInfo.InvariantCulture, $"{Name}, line {i + 1} of {Count} and {other.Count}: {Apart(First[i], other.First[i])}");
        }

        var (longer, which) = First.Count > kept ? (First, "one") : (other.First, "other");
        return Count != other.Count && longer.Count > kept
            ? string.Create(CultureInfo.InvariantCulture, $"{Name}, {Count} and {other.Count} lines: the same to line {kept}, after which the {which} has {Cut(longer[kept])}")
            : string.Create(CultureInfo.InvariantCulture, $"{Name}, {Count} and {other.Count} lines: the first {kept} are the same, and something after them is not");
    }

    static string Apart(string one, string other)
    {
        var at = 0;
        while (at < one.Length && at < other.Length && one[at] == other[at])
            at++;
        var both = at <= 2 * ShownCharacters ? one[..at] : $"{one[..ShownCharacters]} ... {one[(at - ShownCharacters)..at]}";
        return $"{both}\n  then one: {Cut(one[at..])}\n  the other: {Cut(other[at..])}";
    }

    static string Cut(string text) => text.Length <= ShownCharacters ? text : text[..ShownCharacters] + " ...";
}
