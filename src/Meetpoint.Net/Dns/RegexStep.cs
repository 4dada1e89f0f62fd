namespace Meetpoint.Net.Dns;

/// <summary>What a step of an <see cref="ExtendedRegex"/> does.</summary>
enum RegexStepKind : byte
{
    /// <summary>Takes a character of its set.</summary>
    Character,

    /// <summary>Goes on at another step.</summary>
    Jump,

    /// <summary>Goes on at two, the first preferred.</summary>
    Split,

    /// <summary>Notes the place.</summary>
    Mark,

    /// <summary>Goes on at the text's begin only.</summary>
    Begin,

    /// <summary>Goes on at the text's end only.</summary>
    End,

    /// <summary>All has matched.</summary>
    Match,
}

/// <summary>One step; where it goes is told relative to itself, so that a piece of a program can be copied.</summary>
readonly record struct RegexStep(RegexStepKind Kind, int First = 0, int Second = 0, UInt128 Set = default)
{
    /// <summary>True when the step takes the character; no other than ASCII is ever taken.</summary>
    public bool Takes(char character) => Kind == RegexStepKind.Character && character < 128 && (Set >> character & 1) != 0;
}
