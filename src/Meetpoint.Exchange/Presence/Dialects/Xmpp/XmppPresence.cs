namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>
/// Presence as XMPP has it (RFC 6121, 4.7), mapped as RFC 8048 says: a show of four words, with our phrases at the head of the status for what they lack.
/// A phrase is what people read, and what another exchange reads back.
/// </summary>
/// <param name="Type">"unavailable"; null for one that is available.</param>
/// <param name="Show">"away", "chat", "dnd", "xa"; null without.</param>
/// <param name="Status">In words; null without.</param>
/// <param name="Priority">Of the resource: negative for one that takes no messages.</param>
readonly record struct XmppPresence(string? Type, string? Show, string? Status, sbyte Priority = 0)
{
    const string Separator = ": ";

    static readonly (Activity Activity, string? Type, string? Show, string Phrase)[] Phrases =
    [
        (Activity.Unknown, "unavailable", null, "Presence unknown"),
        (Activity.Ringing, null, null, "Ringing"),
        (Activity.Idle, null, "away", "Idle"),
        (Activity.BeRightBack, null, "away", "Be right back"),
        (Activity.Lunch, null, "away", "At lunch"),
        (Activity.OutOfOffice, null, "xa", "Out of office"),
        (Activity.Busy, null, "dnd", "Busy"),
        (Activity.OnThePhone, null, "dnd", "On the phone"),
        (Activity.InMeeting, null, "dnd", "In a meeting"),
        (Activity.Presenting, null, "dnd", "Presenting"),
    ];

    /// <summary>A state as XMPP has it. Busy goes as dnd, with a phrase: there is no other word for it.</summary>
    public static XmppPresence Of(in PresenceState state)
    {
        foreach (var (activity, type, show, phrase) in Phrases)
        {
            if (activity == state.Activity)
                return new(type, show, state.Note is { } note ? phrase + Separator + note : phrase);
        }

        return state.Activity switch
        {
            Activity.DoNotDisturb => new(null, "dnd", state.Note),
            Activity.Away => new(null, "away", state.Note),
            Activity.Offline => new("unavailable", null, state.Note),
            _ => new(null, null, state.Note),
        };
    }

    /// <summary>The state that it says; null for a type that says none, as "subscribe". A show that is not known counts as none (RFC 6121, 4.7.2.1).</summary>
    public PresenceState? ToState()
    {
        if (Type is not (null or "" or "unavailable"))
            return null;
        var isUnavailable = Type == "unavailable";
        var show = isUnavailable || Show is not ("away" or "dnd" or "xa") ? null : Show;
        foreach (var (activity, type, phraseShow, phrase) in Phrases)
        {
            if (isUnavailable == (type is not null) && show == phraseShow && Rest(phrase) is { } rest)
                return new PresenceState(activity, note: WireText.Note(rest));
        }

        var plain = isUnavailable ? Activity.Offline : show switch
        {
            "dnd" => Activity.DoNotDisturb,
            "away" or "xa" => Activity.Away,
            _ => Activity.Available,
        };
        return new PresenceState(plain, note: WireText.Note(Status));
    }

    /// <summary>What follows a phrase in the status; null when it does not begin with it.</summary>
    string? Rest(string phrase) => Status is null || !Status.StartsWith(phrase, StringComparison.Ordinal) ? null
        : Status.Length == phrase.Length ? ""
        : Status.AsSpan(phrase.Length).StartsWith(Separator) ? Status[(phrase.Length + Separator.Length)..] : null;
}
