namespace Meetpoint.Net.Dns;

/// <summary>
/// A POSIX extended regular expression as NAPTR records carry it (RFC 3402 section 3.2), run without backtracking: the time is at most the length of
/// the text times <see cref="MaxSteps"/>, whatever a stranger wrote. Immutable, thread safe.
/// </summary>
/// <remarks>
/// Understood: literals, ., [...] with ranges and classes, groups, |, *, +, ?, {m,n}, ^, $, and the backslash before a special character. What POSIX
/// leaves undefined, as a backslash before a letter or a reference within the pattern, is refused. Of all matches that begin leftmost the longest counts.
/// </remarks>
sealed class ExtendedRegex
{
    /// <summary>Steps of the longest program; an expression that needs more, as by repetition of repetition, is refused.</summary>
    public const int MaxSteps = 1_024;

    /// <summary>Groups that can be referred to, besides the whole.</summary>
    public const int MaxGroups = 9;

    const int Marks = 2 * (MaxGroups + 1);

    readonly RegexStep[] _steps;

    ExtendedRegex(RegexStep[] steps, int groups)
    {
        _steps = steps;
        Groups = groups;
    }

    /// <summary>Groups of the expression that can be referred to.</summary>
    public int Groups { get; }

    /// <summary>Reads an expression; null when it is none, or too large.</summary>
    public static ExtendedRegex? Parse(string text, bool ignoreCase) =>
        new RegexParser(text, ignoreCase).TryParse(out var steps, out var groups) ? new ExtendedRegex(steps, groups) : null;

    /// <summary>Finds the match; start and end of the whole and of each group, -1 where a group took no part. Null when nothing matches.</summary>
    public int[]? Match(string text)
    {
        var now = new Threads(_steps.Length);
        var next = new Threads(_steps.Length);
        int[]? best = null;
        for (var at = 0; at <= text.Length; at++)
        {
            if (best is null)
            {
                var fresh = new int[Marks];
                Array.Fill(fresh, -1);
                fresh[0] = at;
                Add(now, 0, at, text.Length, fresh);
            }

            for (var i = 0; i < now.Count; i++)
            {
                var (step, marks) = now[i];
                if (best is not null && marks[0] > best[0])
                    continue;
                if (_steps[step].Kind == RegexStepKind.Match)
                    best = Longer(best, marks, at);
                else if (at < text.Length && _steps[step].Takes(text[at]))
                    Add(next, step + 1, at + 1, text.Length, marks);
            }

            (now, next) = (next, now);
            next.Clear();
        }

        return best;
    }

    static int[] Longer(int[]? best, int[] marks, int end)
    {
        if (best is not null && best[0] == marks[0] && best[1] >= end)
            return best;
        var found = (int[])marks.Clone();
        found[1] = end;
        return found;
    }

    /// <summary>Follows what takes no character; a step that a better thread has reached already is not gone again.</summary>
    void Add(Threads threads, int step, int at, int end, int[] marks)
    {
        if (!threads.TryVisit(step))
            return;
        ref readonly var one = ref _steps[step];
        switch (one.Kind)
        {
            case RegexStepKind.Jump:
                Add(threads, step + one.First, at, end, marks);
                break;
            case RegexStepKind.Split:
                Add(threads, step + one.First, at, end, marks);
                Add(threads, step + one.Second, at, end, marks);
                break;
            case RegexStepKind.Mark:
                var marked = (int[])marks.Clone();
                marked[one.First] = at;
                Add(threads, step + 1, at, end, marked);
                break;
            case RegexStepKind.Begin when at == 0:
            case RegexStepKind.End when at == end:
                Add(threads, step + 1, at, end, marks);
                break;
            case RegexStepKind.Character or RegexStepKind.Match:
                threads.Add(step, marks);
                break;
        }
    }

    /// <summary>What runs at one place of the text: at most one thread a step, the best first.</summary>
    sealed class Threads(int steps)
    {
        readonly bool[] _visited = new bool[steps];
        readonly List<(int Step, int[] Marks)> _threads = [];

        public int Count => _threads.Count;

        public (int Step, int[] Marks) this[int index] => _threads[index];

        public bool TryVisit(int step)
        {
            var isFirst = !_visited[step];
            _visited[step] = true;
            return isFirst;
        }

        public void Add(int step, int[] marks) => _threads.Add((step, marks));

        public void Clear()
        {
            _threads.Clear();
            Array.Clear(_visited);
        }
    }
}
