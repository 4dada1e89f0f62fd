using Meetpoint.Exchange.Api;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>
/// Codes and PINs that somebody guesses at the join page, counted by who sends them; an IPv6 host has a whole /64 to send from. Codes that have held are asked for freely, since an office stands behind
/// one address. Thread safe.
/// </summary>
/// <param name="time">Monotonic time.</param>
/// <param name="isBehindProxy">All pages come from the proxy's address.</param>
sealed class JoinGuesses(TimeProvider time, bool isBehindProxy)
{
    /// <summary>Codes of a proxy that are none, in a minute: all who are behind it share them, and the proxy has limits of its own.</summary>
    public const int WrongCodesOfProxy = 500;

    /// <summary>Wrong PINs for one meeting from one address within <see cref="PinWindow"/>: a PIN of four digits takes days, and five people may each be wrong three times.</summary>
    public const int WrongPins = 15;

    /// <summary>What wrong PINs are counted together over.</summary>
    public static readonly TimeSpan PinWindow = TimeSpan.FromMinutes(5);

    /// <summary>Codes.</summary>
    public WrongTokens Codes { get; } = new(time, isBehindProxy ? WrongCodesOfProxy : WrongTokens.AtMost);

    /// <summary>PINs, by address and code.</summary>
    public WrongTokens Pins { get; } = new(time, WrongPins, PinWindow);

    /// <summary>The PINs that one address tries at one meeting.</summary>
    public PinGuesses PinsOf(string address, string code) => new(Pins, $"{address} {code}");
}

/// <summary>PINs that one address tries at one meeting.</summary>
/// <param name="wrong">Counts them.</param>
/// <param name="who">The address and the meeting.</param>
readonly struct PinGuesses(WrongTokens wrong, string who)
{
    /// <summary>True while another may be tried.</summary>
    public bool MayTry => wrong.MayTry(who, who);

    /// <summary>So many were wrong.</summary>
    public void Wrong(int count)
    {
        for (var i = 0; i < count; i++)
            wrong.Wrong(who, who);
    }
}
