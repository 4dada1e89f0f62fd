namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>Causes of ITU-T Q.850, as Reason carries them (RFC 3326), and what SIP's final statuses stand for (RFC 3398 section 8.2.6.1).</summary>
public static class Q850
{
    /// <summary>The largest cause.</summary>
    public const int Most = 127;

    /// <summary>Normal call clearing.</summary>
    public const int NormalClearing = 16;

    /// <summary>Interworking, unspecified: nothing better is known.</summary>
    public const int Interworking = 127;

    /// <summary>The cause of a final status.</summary>
    public static int OfStatus(int status) => status switch
    {
        >= 200 and < 300 or 487 => NormalClearing,
        404 or 485 or 604 => 1,
        486 or 600 => 17,
        480 => 18,
        401 or 402 or 403 or 407 or 603 => 21,
        410 => 22,
        482 or 483 => 25,
        484 => 28,
        606 => 31,
        502 => 38,
        400 or 481 or 500 or 503 => 41,
        405 => 63,
        406 or 415 or 501 => 79,
        408 or 504 => 102,
        _ => Interworking,
    };

    /// <summary>
    /// True for what the far end's terminal or its user is the reason of: user busy (17), no user responding (18), no answer (19), subscriber absent
    /// (20), call rejected (21).
    /// </summary>
    public static bool IsOfTheTerminal(int cause) => cause is >= 17 and <= 21;
}
