using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Exchange.Quality;
using Meetpoint.Media.Quality;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// How well everybody in a meeting is heard: measures the legs and links of this half, hears of those of the others by the cascade, tells theirs of ours, and has poor ones raised as alarms.
/// </summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class MeetingQuality(LiveMeeting meeting)
{
    /// <summary>Between two words to another half, unless the alarm of a leg changes.</summary>
    const long TellEveryNs = 10 * MonotonicTime.Second;

    readonly Dictionary<uint, LegMeter> _legs = [];
    readonly Dictionary<string, (string Opening, LegMeter Meter)> _links = [];
    readonly Dictionary<uint, Figures> _known = []; // of everybody, ours and theirs
    readonly Dictionary<string, Figures> _linksHere = [];
    readonly Dictionary<string, LegQuality> _linksThere = [];
    readonly Dictionary<string, (long Version, long AtNs)> _told = [];
    readonly Dictionary<uint, string> _pages = []; // what each page was told last
    long _version;

    /// <summary>Figures, who told them, and since when in the order of all changes.</summary>
    readonly record struct Figures(string From, LegQuality Quality, long Version, bool IsUrgent);

    LiveContext Context => meeting.Context;

    /// <summary>Of somebody in the meeting; null while nothing is known.</summary>
    public LegQuality? Of(RosterEntry entry) => _known.TryGetValue(entry.Id, out var known) ? known.Quality : null;

    /// <summary>Of the link to another half, as we measure it.</summary>
    public LegQuality? OfLink(string exchange) => _linksHere.TryGetValue(exchange, out var known) ? known.Quality : null;

    /// <summary>The same as the other half measures it.</summary>
    public LegQuality? OfLinkThere(string exchange) => _linksThere.GetValueOrDefault(exchange);

    /// <summary>Takes what was counted by now; each second.</summary>
    public void Measure()
    {
        var nowNs = Context.Time.NowNs();
        foreach (var participant in meeting.Participants)
        {
            if (participant.State == ParticipantState.In)
                Measure(participant, nowNs, isLast: false);
        }

        foreach (var (exchange, link) in meeting.Links)
        {
            if (link.IsUp)
                Measure(exchange, link, nowNs, isLast: false);
        }

        foreach (var (exchange, link) in meeting.Links)
            Tell(exchange, link, nowNs);
    }

    /// <summary>Somebody leaves: its figures for the record, null where there are none.</summary>
    public IReadOnlyList<LegQuality>? Finish(Participant participant)
    {
        Measure(participant, Context.Time.NowNs(), isLast: true);
        _legs.Remove(participant.Id, out var meter);
        _known.Remove(participant.Id);
        _pages.Remove(participant.Id);
        Context.Alarms.Clear(meeting.Row.Id, KeyOf(participant.Id));
        return meter?.Figures is { } figures ? [figures] : null;
    }

    /// <summary>A link is lost or ends: its figures for the record, null where there are none. What its half told is gone with it.</summary>
    public IReadOnlyList<LegQuality>? Finish(CascadeLink link)
    {
        if (meeting.Links.FirstOrDefault(pair => pair.Value == link).Key is not { } exchange)
            return null;
        if (link.IsUp)
            Measure(exchange, link, Context.Time.NowNs(), isLast: true);
        _links.Remove(exchange, out var ended);
        _linksHere.Remove(exchange);
        _linksThere.Remove(exchange);
        _told.Remove(exchange);
        Context.Alarms.Clear(meeting.Row.Id, exchange);
        foreach (var id in _known.Where(pair => pair.Value.From == exchange).Select(pair => pair.Key).ToList())
            Forget(id);
        return ended.Meter?.Figures is { } figures ? [figures] : null;
    }

    /// <summary>Another half tells: of whom its roster names alone, and of its end of the link.</summary>
    public void Heard(string exchange, QualityWord word)
    {
        if (word.Link is { } link && QualityText.IsSound(link))
            _linksThere[exchange] = link;
        var roster = meeting.Roster.Remote(exchange).ToDictionary(entry => entry.Id);
        foreach (var id in _known.Where(pair => pair.Value.From == exchange && !roster.ContainsKey(pair.Key)).Select(pair => pair.Key).ToList())
            Forget(id);
        foreach (var told in (word.Legs ?? []).Take(QualityWord.MaxLegs))
        {
            if (told?.Quality is not { } quality || !roster.TryGetValue(told.Id, out var entry) || !QualityText.IsSound(quality))
                continue;
            Know(told.Id, exchange, quality);
            Context.Alarms.Set(
                new QualityAlarm(meeting.Correlation, meeting.Row.Id, QualityLeg.Participant, entry.Address, QualityHalf.Theirs, KeyOf(told.Id)), quality.IsPoor, quality.Score);
        }
    }

    /// <summary>The meeting is over.</summary>
    public void End() => Context.Alarms.ClearWithin(meeting.Row.Id);

    void Measure(Participant participant, long nowNs, bool isLast)
    {
        if (!_legs.TryGetValue(participant.Id, out var meter))
            meter = _legs[participant.Id] = new LegMeter(QualityLeg.Participant, Context.Quality);
        if (!meter.Take(QualityCounts.Of(participant.Statistics), participant.Pictures, nowNs, isLast) || meter.Figures is not { } figures)
            return;
        Know(participant.Id, Context.Self, figures);
        Context.Alarms.Set(
            new QualityAlarm(meeting.Correlation, meeting.Row.Id, QualityLeg.Participant, participant.Caller.Address, QualityHalf.Ours, KeyOf(participant.Id)),
            meter.IsPoor, figures.Score);
        if (participant is BrowserParticipant browser && !isLast)
            Say(browser, figures);
    }

    void Measure(string exchange, CascadeLink link, long nowNs, bool isLast)
    {
        if (link.Statistics is not { } counts)
            return;
        if (!_links.TryGetValue(exchange, out var known) || known.Opening != link.Opening)
            _links[exchange] = known = (link.Opening, new LegMeter(QualityLeg.Link, Context.Quality));
        if (!known.Meter.Take(QualityCounts.Of(counts), link.Pictures, nowNs, isLast) || known.Meter.Figures is not { } figures)
            return;
        _linksHere[exchange] = new Figures(Context.Self, figures, ++_version, IsUrgent: false);
        Context.Alarms.Set(
            new QualityAlarm(meeting.Correlation, meeting.Row.Id, QualityLeg.Link, exchange, QualityHalf.Link, exchange), known.Meter.IsPoor, figures.Score);
    }

    /// <summary>Tells a page when something has changed for it; windows see to it that it is not more often than every ten seconds.</summary>
    void Say(BrowserParticipant browser, LegQuality figures)
    {
        var frame = JoinFrame.Quality(QualityGrade.Up(figures, Context.Quality), QualityGrade.Down(figures, Context.Quality), figures.Score);
        var text = frame.ToJsonString();
        if (_pages.GetValueOrDefault(browser.Id) == text)
            return;
        _pages[browser.Id] = text;
        browser.Say(frame);
    }

    void Know(uint id, string from, LegQuality quality)
    {
        var isUrgent = _known.TryGetValue(id, out var before) && before.Quality.IsPoor != quality.IsPoor;
        _known[id] = new Figures(from, quality, ++_version, isUrgent);
    }

    void Forget(uint id)
    {
        _known.Remove(id);
        Context.Alarms.Clear(meeting.Row.Id, KeyOf(id));
    }

    /// <summary>Tells another half what is new of everybody who is not behind it, and of the link; at once only when an alarm changes.</summary>
    void Tell(string exchange, CascadeLink link, long nowNs)
    {
        var told = _told.GetValueOrDefault(exchange, (Version: 0, AtNs: nowNs - TellEveryNs));
        if (!link.IsUp || told.Version == _version)
            return;
        var changed = _known.Where(pair => pair.Value.Version > told.Version && pair.Value.From != exchange).OrderBy(pair => pair.Value.Version).ToList();
        var own = _linksHere.TryGetValue(exchange, out var here) && here.Version > told.Version ? here.Quality : null;
        if ((changed.Count == 0 && own is null) || (nowNs - told.AtNs < TellEveryNs && !changed.Exists(pair => pair.Value.IsUrgent)))
            return;
        var word = new QualityWord { Legs = [.. changed.Take(QualityWord.MaxLegs).Select(pair => new ToldQuality(pair.Key, pair.Value.Quality))], Link = own };
        if (link.Words.Tell(word))
            _told[exchange] = (changed.Count > QualityWord.MaxLegs ? changed[QualityWord.MaxLegs - 1].Value.Version : _version, nowNs);
    }

    static string KeyOf(uint participant) => participant.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
