using System.Buffers.Text;
using System.Text;
using Meetpoint.Sip;

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

    /// <summary>The cause that a message tells in Reason (RFC 3326), 1 to <see cref="Most"/>; 0 when it tells none.</summary>
    public static int Told(SipMessage message)
    {
        if (!message.Has(SipHeader.Reason))
            return 0;
        foreach (var value in message.Values(SipHeader.Reason))
        {
            var end = value.IndexOf((byte)';');
            if (end < 0 || !Ascii.EqualsIgnoreCase(value[..end].Trim((byte)' '), "Q.850"u8))
                continue;
            for (var rest = value[end..]; rest.Length > 1;)
            {
                rest = rest[1..];
                end = rest.IndexOf((byte)';');
                var parameter = (end < 0 ? rest : rest[..end]).TrimStart((byte)' ');
                rest = end < 0 ? default : rest[end..];
                var name = "cause="u8;
                if (parameter.Length > name.Length && Ascii.EqualsIgnoreCase(parameter[..name.Length], name)
                    && Utf8Parser.TryParse(parameter[name.Length..], out int cause, out _) && cause is > 0 and <= Most)
                    return cause;
            }
        }

        return 0;
    }

    /// <summary>What a cause means, in the words of Q.850 section 2.2.7; null for those that are rarely met.</summary>
    public static string? Meaning(int cause) => cause switch
    {
        1 => "unallocated number",
        2 or 3 => "no route to destination",
        16 => "normal clearing",
        17 => "user busy",
        18 => "no user responding",
        19 => "no answer",
        20 => "subscriber absent",
        21 => "call rejected",
        22 => "number changed",
        25 => "exchange routing error",
        26 => "non-selected user clearing",
        27 => "destination out of order",
        28 => "invalid number format",
        29 => "facility rejected",
        31 => "normal, unspecified",
        34 => "no circuit available",
        38 => "network out of order",
        41 => "temporary failure",
        42 => "equipment congestion",
        44 => "requested circuit not available",
        47 => "resource unavailable",
        55 => "incoming calls barred",
        57 or 58 => "bearer capability not available",
        63 => "service not available",
        65 => "bearer capability not implemented",
        79 => "service not implemented",
        88 => "incompatible destination",
        102 => "recovery on timer expiry",
        111 => "protocol error",
        127 => "interworking",
        _ => null,
    };
}
