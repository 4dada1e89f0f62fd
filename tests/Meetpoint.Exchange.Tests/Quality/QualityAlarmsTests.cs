using System.Globalization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Tests.Roaming.Sessions;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Quality;

/// <summary>Which legs stand as alarms, and how many of them are told of.</summary>
public sealed class QualityAlarmsTests : IClock
{
    static readonly CorrelationId _session = new(1, 2);

    readonly EventLog _events;
    readonly QualityAlarms _alarms;
    Instant _now = Instant.FromUtc(2026, 11, 22, 12, 0);

    public QualityAlarmsTests()
    {
        _events = new EventLog(this);
        _alarms = new QualityAlarms(_events, new SilentLog(), this);
    }

    [Fact]
    public void Set_PoorAndGoodAgain_IsOneEventEach()
    {
        Set(1, isPoor: true, 2.5);
        Set(1, isPoor: true, 2.4);
        var alarm = _alarms.All.ShouldHaveSingleItem();
        (alarm.Within, alarm.Party, alarm.Half, alarm.Score, alarm.Since).ShouldBe(("mtg_1", "1@albion.example", QualityHalf.Ours, 2.5, _now));
        Set(1, isPoor: false, 4.2);
        Set(1, isPoor: false, 4.2);
        _alarms.All.ShouldBeEmpty();
        Codes().ShouldBe(["quality.poor", "quality.good"]);
        _events.Find(_session)[0].Attributes.ShouldContain(new EventAttribute("half", "ours"));
        _events.Find(_session)[0].Attributes.ShouldContain(new EventAttribute("score", "2.5"));
    }

    [Fact]
    public void Set_SameLegWithinAMinute_StandsAndIsNotToldOf()
    {
        Set(1, isPoor: true);
        Set(1, isPoor: false);
        _now += Duration.FromSeconds(40);
        Set(1, isPoor: true);
        _alarms.All.Count.ShouldBe(1);
        Set(1, isPoor: false);
        Codes().ShouldBe(["quality.poor", "quality.good"]);
        _now += QualityAlarms.Quiet;
        Set(1, isPoor: true);
        Codes().ShouldBe(["quality.poor", "quality.good", "quality.poor"]);
    }

    [Fact]
    public void Set_ManyLegsOfAMeetingAtOnce_TellsOfTheFirst()
    {
        for (var leg = 0; leg < 100; leg++)
            Set(leg, isPoor: true);
        _alarms.All.Count.ShouldBe(100);
        Codes().Count(code => code == "quality.poor").ShouldBe(QualityAlarms.MaxToldWithin);
        _alarms.ClearWithin("mtg_1");
        _alarms.All.ShouldBeEmpty();
        Codes().Count(code => code == "quality.good").ShouldBe(QualityAlarms.MaxToldWithin, "each that was told of is told to be over");
    }

    [Fact]
    public void Set_MoreThanAreKept_AreLeftOut()
    {
        for (var leg = 0; leg < QualityAlarms.MaxOpen + 10; leg++)
            Set(leg, isPoor: true);
        _alarms.All.Count.ShouldBe(QualityAlarms.MaxOpen);
    }

    Instant IClock.GetCurrentInstant() => _now;

    void Set(int leg, bool isPoor, double score = 2)
    {
        var id = leg.ToString(CultureInfo.InvariantCulture);
        _alarms.Set(new QualityAlarm(_session, "mtg_1", QualityLeg.Participant, $"{id}@albion.example", QualityHalf.Ours, id), isPoor, score);
    }

    string[] Codes() => [.. _events.Find(_session).Select(happened => happened.Code)];
}
