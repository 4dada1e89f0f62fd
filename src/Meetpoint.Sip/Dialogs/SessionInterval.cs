using System.Globalization;

namespace Meetpoint.Sip;

/// <summary>What one INVITE or UPDATE agreed about the session timer (RFC 4028 sections 7.2 and 9).</summary>
/// <param name="Seconds">The interval.</param>
/// <param name="RefresherIsUac">True when the sender of that request refreshes.</param>
/// <param name="IsRequired">True when the answer must carry Require: timer.</param>
readonly record struct SessionInterval(long Seconds, bool RefresherIsUac, bool IsRequired)
{
    public string HeaderValue => string.Create(CultureInfo.InvariantCulture, $"{Seconds};refresher={(RefresherIsUac ? "uac" : "uas")}");

    /// <summary>As answerer: null when the interval asked for is too small and the asker can be told (422).</summary>
    public static SessionInterval? Answer(SipMessage request, SipUserAgentOptions options)
    {
        var supports = request.Lists(SipHeader.Supported, "timer"u8);
        var asked = request.SessionExpires;
        if (asked is null)
            return new SessionInterval(Math.Max(options.SessionSeconds, request.MinSessionSeconds ?? 0), supports, supports);
        if (asked.Value.Seconds < options.MinSessionSeconds && supports)
            return null;
        var floor = Math.Max(options.MinSessionSeconds, request.MinSessionSeconds ?? 0);
        var seconds = Math.Max(floor, Math.Min(asked.Value.Seconds, options.SessionSeconds));

        // An asker without the extension cannot refresh; a proxy put the header there.
        var refresherIsUac = supports && (asked.Value.RefresherIsUac ?? true);
        return new SessionInterval(seconds, refresherIsUac, refresherIsUac);
    }

    /// <summary>As asker: what the 2xx says; where it says nothing, the other side has no timer and we refresh alone.</summary>
    public static SessionInterval Accept(SipMessage response, long askedSeconds) => response.SessionExpires is { } said
        ? new SessionInterval(Math.Max(said.Seconds, 30), said.RefresherIsUac ?? true, false)
        : new SessionInterval(askedSeconds, true, false);
}
