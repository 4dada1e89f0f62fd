namespace Meetpoint.Exchange.Interconnect;

/// <summary>How many letters two words are apart (Levenshtein), for "did you mean".</summary>
static class EditDistance
{
    public static int Between(string one, string other)
    {
        var previous = Enumerable.Range(0, other.Length + 1).ToArray();
        var current = new int[other.Length + 1];
        for (var i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }

        return previous[other.Length];
    }
}
