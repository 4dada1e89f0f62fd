namespace Meetpoint.Exchange.Calls;

/// <summary>What became of the caller's identity on the way out.</summary>
public enum IdentityOutcome
{
    /// <summary>From tells what it told.</summary>
    Shown,

    /// <summary>
    /// From is anonymous now. What follows in the dialog must be made so too, and a transparent relay puts the caller's own From back into responses.
    /// </summary>
    Withheld,

    /// <summary>What the caller calls critical cannot be done on this way: nothing was edited, and the answer is 500 (RFC 3323 section 5).</summary>
    CannotWithhold,
}
