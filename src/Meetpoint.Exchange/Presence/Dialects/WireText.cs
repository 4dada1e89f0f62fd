using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Net.Xml;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Texts, names and times as they stand on the wire.</summary>
static class WireText
{
    /// <summary>UTF-16 units of the text of a time, at most.</summary>
    const int MaxTimeLength = 64;

    /// <summary>A note within its limit, cut between characters; null for an empty one.</summary>
    public static string? Note(string? text)
    {
        if (string.IsNullOrEmpty(text) || XmlCharacters.Clean(text) is not { Length: > 0 } clean)
            return null;
        if (clean.Length <= PresenceState.MaxNoteLength)
            return clean;
        var end = PresenceState.MaxNoteLength;
        return clean[..(char.IsHighSurrogate(clean[end - 1]) ? end - 1 : end)];
    }

    /// <summary>A device's name within its limit: of a longer one the beginning, and a digest that keeps it apart from others. Null for an empty one.</summary>
    public static string? Device(string? name)
    {
        if (string.IsNullOrEmpty(name) || XmlCharacters.Clean(name) is not { Length: > 0 } clean)
            return null;
        if (clean.Length <= ReportedState.MaxDeviceLength)
            return clean;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clean)).AsSpan(0, 8));
        var end = ReportedState.MaxDeviceLength - digest.Length - 1;
        return clean[..(char.IsHighSurrogate(clean[end - 1]) ? end - 1 : end)] + "~" + digest;
    }

    /// <summary>A time, as xs:dateTime with an offset, or without one for UTC; null for anything else.</summary>
    public static Instant? Time(string? text)
    {
        if (text is null || text.Length > MaxTimeLength)
            return null;
        text = text.Trim();
        if (OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } withOffset)
            return withOffset.Value.ToInstant();
        return LocalDateTimePattern.ExtendedIso.Parse(text) is { Success: true } local ? local.Value.InUtc().ToInstant() : null;
    }

    /// <summary>A time as 2026-11-22T09:30:00Z, with a fraction where there is one.</summary>
    public static string Time(Instant time) => InstantPattern.ExtendedIso.Format(time);

    /// <summary>A number without sign; null for anything else.</summary>
    public static uint? Number(string? text) =>
        uint.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
