namespace Meetpoint.Exchange.Interconnect;

/// <summary>Finds what was meant by a mistyped word, for "did you mean".</summary>
static class NearestWord
{
    /// <summary>The word nearest to another by its letters in any case; null when none is within a third of its length.</summary>
    public static string? Find(string word, IEnumerable<string> words)
    {
        var best = words.Select(known => (known, distance: Distance(word, known))).OrderBy(pair => pair.distance).FirstOrDefault();
        return best.known is not null && best.distance <= Math.Max(1, best.known.Length / 3) ? best.known : null;
    }

    /// <summary>Letters put in, left out or changed, and neighbours that changed places (optimal string alignment).</summary>
    static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var above = new int[right.Length + 1];
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
        }

        return row[right.Length];
    }

    static bool Same(char one, char other) => char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
