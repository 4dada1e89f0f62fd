namespace Meetpoint.Net.Dns;

/// <summary>Turns the text of an extended regular expression into the steps that an <see cref="ExtendedRegex"/> runs. Used once.</summary>
sealed class RegexParser(string text, bool ignoreCase)
{
    const int MaxDepth = 20;
    const int MaxRepeat = 255; // RE_DUP_MAX of POSIX
    const string Special = "^.[]$()|*+?{}\\";

    int _at;
    int _groups;

    public bool TryParse(out RegexStep[] steps, out int groups)
    {
        groups = 0;
        steps = [];
        if (Alternatives(0) is not { } program || _at != text.Length || program.Count >= ExtendedRegex.MaxSteps)
            return false;
        steps = [.. program, new RegexStep(RegexStepKind.Match)];
        groups = Math.Min(_groups, ExtendedRegex.MaxGroups);
        return true;
    }

    bool Is(char character) => _at < text.Length && text[_at] == character;

    List<RegexStep>? Alternatives(int depth)
    {
        if (depth > MaxDepth || Branch(depth) is not { } left)
            return null;
        while (Is('|'))
        {
            _at++;
            if (Branch(depth) is not { } right)
                return null;
            left = [new(RegexStepKind.Split, 1, left.Count + 2), .. left, new(RegexStepKind.Jump, right.Count + 1), .. right];
            if (left.Count > ExtendedRegex.MaxSteps)
                return null;
        }

        return left;
    }

    List<RegexStep>? Branch(int depth)
    {
        var steps = new List<RegexStep>();
        var from = _at;
        while (_at < text.Length && text[_at] is not ('|' or ')'))
        {
            if (Atom(depth) is not { } atom || Repeated(atom) is not { } piece)
                return null;
            steps.AddRange(piece);
            if (steps.Count > ExtendedRegex.MaxSteps)
                return null;
        }

        return _at > from ? steps : null; // an empty branch is undefined
    }

    List<RegexStep>? Atom(int depth)
    {
        var character = text[_at++];
        switch (character)
        {
            case '^':
                return [new(RegexStepKind.Begin)];
            case '$':
                return [new(RegexStepKind.End)];
            case '.':
                return [new(RegexStepKind.Character, Set: UInt128.MaxValue)];
            case '[':
                return RegexBrackets.TryParse(text, ref _at, out var set) ? [Character(set)] : null;
            case '(':
                return Group(depth);
            case '\\':
                return _at < text.Length && Special.Contains(text[_at], StringComparison.Ordinal) ? [Character(UInt128.One << text[_at++])] : null;
            case '*' or '+' or '?' or '{':
                return null; // nothing that it could repeat
            default:
                return character < 128 ? [Character(UInt128.One << character)] : null;
        }
    }

    List<RegexStep>? Group(int depth)
    {
        var group = ++_groups;
        if (Alternatives(depth + 1) is not { } inner || !Is(')'))
            return null;
        _at++;
        return group > ExtendedRegex.MaxGroups ? inner : [new(RegexStepKind.Mark, 2 * group), .. inner, new(RegexStepKind.Mark, (2 * group) + 1)];
    }

    List<RegexStep>? Repeated(List<RegexStep> atom)
    {
        if (_at == text.Length)
            return atom;
        int least, most; // most: -1 for any number
        switch (text[_at])
        {
            case '*':
                (least, most) = (0, -1);
                break;
            case '+':
                (least, most) = (1, -1);
                break;
            case '?':
                (least, most) = (0, 1);
                break;
            case '{':
                if (!TryBounds(out least, out most))
                    return null;
                break;
            default:
                return atom;
        }

        _at++;
        if (_at < text.Length && text[_at] is '*' or '+' or '?' or '{')
            return null; // a repetition of a repetition is undefined
        return Repeat(atom, least, most);
    }

    static List<RegexStep>? Repeat(List<RegexStep> atom, int least, int most)
    {
        var copies = Math.Max(most, least + 1);
        if (copies * (atom.Count + 2) > ExtendedRegex.MaxSteps)
            return null;
        var steps = new List<RegexStep>(copies * (atom.Count + 2));
        for (var i = 0; i < least; i++)
            steps.AddRange(atom);
        if (most < 0)
            return [.. steps, new(RegexStepKind.Split, 1, atom.Count + 2), .. atom, new(RegexStepKind.Jump, -atom.Count - 1)];
        for (var left = most - least; left > 0; left--)
        {
            // Past all that is left, since what is not there once is not there again.
            steps.Add(new(RegexStepKind.Split, 1, left * (atom.Count + 1)));
            steps.AddRange(atom);
        }

        return steps;
    }

    /// <summary>Reads "{m}", "{m,}" or "{m,n}" and stops at the closing brace.</summary>
    bool TryBounds(out int least, out int most)
    {
        most = 0;
        _at++;
        if (!TryNumber(out least))
            return false;
        most = least;
        if (Is(','))
        {
            _at++;
            most = -1;
            if (!Is('}') && (!TryNumber(out most) || most < least))
                return false;
        }

        return Is('}');
    }

    bool TryNumber(out int number)
    {
        var from = _at;
        for (number = 0; _at < text.Length && char.IsAsciiDigit(text[_at]) && number <= MaxRepeat; _at++)
            number = (number * 10) + text[_at] - '0';
        return _at > from && number <= MaxRepeat;
    }

    RegexStep Character(UInt128 set)
    {
        if (ignoreCase)
        {
            var letters = (UInt128.One << 26) - 1;
            set |= (set >> 'A' & letters) << 'a' | (set >> 'a' & letters) << 'A';
        }

        return new(RegexStepKind.Character, Set: set);
    }
}
