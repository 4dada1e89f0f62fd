using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>A proxy's part in session timers (RFC 4028 section 8): asks for one where none is asked for, and lets the caller refresh where the called cannot.</summary>
static class SessionTimerEdits
{
    /// <summary>Asks for an interval in a request that names none, not below the Min-SE that it carries.</summary>
    public static void Request(SipEdits edits, int seconds)
    {
        var message = edits.Message;
        if (!message.Has(SipHeader.Session_Expires))
            edits.Set(SipHeader.Session_Expires, Math.Max(seconds, message.MinSessionSeconds ?? 0));
    }

    /// <summary>The interval that a 2xx settles, in seconds; null when neither side refreshes.</summary>
    public static long? Agreed(SipMessage request, SipMessage response, int seconds) =>
        response.SessionExpires is { } answered ? answered.Seconds
        : request.Lists(SipHeader.Supported, "timer"u8) ? request.SessionExpires?.Seconds ?? Math.Max(seconds, request.MinSessionSeconds ?? 0) : null;

    /// <summary>Tells a caller who can refresh that the called does not know session timers, in a 2xx that names none (section 8.2).</summary>
    public static void Response(SipEdits edits, SipMessage request, int seconds)
    {
        var response = edits.Message;
        if (response.Has(SipHeader.Session_Expires) || !request.Lists(SipHeader.Supported, "timer"u8))
            return;
        var agreed = request.SessionExpires?.Seconds ?? Math.Max(seconds, request.MinSessionSeconds ?? 0);
        edits.AddHeader(SipHeader.Session_Expires, System.Text.Encoding.ASCII.GetBytes($"{agreed};refresher=uac"));
        if (!response.Lists(SipHeader.Require, "timer"u8))
            edits.AddHeader(SipHeader.Require, "timer"u8);
    }
}
