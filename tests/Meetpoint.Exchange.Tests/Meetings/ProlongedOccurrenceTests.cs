using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings;

public sealed class ProlongedOccurrenceTests
{
    static readonly LocalDateTime First = new(2026, 11, 23, 9, 30);
    static readonly Duration Quarter = Duration.FromMinutes(15);

    static Meeting Daily(Duration? length = null) => new()
    {
        Id = "mtg_1",
        Uid = "mtg_1@albion.example",
        Focus = "albion.example",
        OrganiserProvider = "albion",
        Organiser = "alice@albion.example",
        Title = "Plans",
        Start = First,
        Length = length ?? Duration.FromMinutes(30),
        Zone = "Europe/London",
        Recurrence = "FREQ=DAILY;COUNT=3",
    };

    static Instant At(LocalDateTime local) => local.InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/London"]).ToInstant();

    static IEnumerable<double> Minutes(Meeting meeting) => Occurrences.Of(meeting).Select(when => when.Duration.TotalMinutes);

    [Fact]
    public void Prolong_WhileOneIsOn_ProlongsThatOneAlone()
    {
        var meeting = ProlongedOccurrence.Prolong(Daily(), Quarter, null, At(First.PlusDays(1).PlusMinutes(10)));
        Minutes(meeting).ShouldBe([30, 45, 30]);
        Minutes(ProlongedOccurrence.Prolong(meeting, Quarter, null, At(First.PlusDays(1).PlusMinutes(40)))).ShouldBe([30, 60, 30], "it is on until its new end");
        meeting.Length.ShouldBe(Duration.FromMinutes(30));
        MeetingRules.Fault(meeting).ShouldBeNull();
    }

    [Fact]
    public void Prolong_BetweenTwo_ProlongsTheNext() =>
        Minutes(ProlongedOccurrence.Prolong(Daily(), Quarter, null, At(First.PlusMinutes(30)))).ShouldBe([30, 45, 30]);

    [Fact]
    public void Prolong_OneIsNamed_ProlongsThatOne() =>
        Minutes(ProlongedOccurrence.Prolong(Daily(), Quarter, First.PlusDays(2), At(First))).ShouldBe([30, 30, 45]);

    [Fact]
    public void Prolong_NameOfNone_IsRefusedAtItsMember() => Should.Throw<BookingRefusedException>(
        () => ProlongedOccurrence.Prolong(Daily(), Quarter, First.PlusHours(1), At(First))).Refusal.Fault!.Path.ShouldBe("/occurrence");

    [Fact]
    public void Prolong_IntoTheNext_IsRefusedAndTheLastHasNone()
    {
        var long23 = Daily(Duration.FromHours(23));
        Should.Throw<BookingRefusedException>(() => ProlongedOccurrence.Prolong(long23, Duration.FromHours(2), null, At(First))).Refusal.Fault!.Path.ShouldBe("/by");
        Minutes(ProlongedOccurrence.Prolong(long23, Duration.FromHours(1), null, At(First.PlusDays(2)))).Last().ShouldBe(24 * 60);
    }

    [Fact]
    public void Prolong_MeetingThatTakesPlaceOnce_ChangesItsLength()
    {
        var once = ProlongedOccurrence.Prolong(Daily() with { Recurrence = null }, Quarter, null, At(First));
        (once.Length, once.Prolonged).ShouldBe((Duration.FromMinutes(45), null));
    }

    [Fact]
    public void Fault_OccurrenceOfNone_IsFoundInWhatAnotherExchangeSends()
    {
        MeetingRules.Fault(Daily() with { Prolonged = [new ProlongedOccurrence(First.PlusHours(1), Quarter)] })!.Code.ShouldBe("unknown-occurrence");
        MeetingRules.Fault(Daily() with { Prolonged = [new ProlongedOccurrence(First, Duration.FromHours(25))] })!.Code.ShouldBe("bad-length");
    }

    [Fact]
    public void LastingOtherwise_NamesWhatChangedAndNothingWhenTheSeriesDid()
    {
        var before = Daily();
        var after = ProlongedOccurrence.Prolong(before, Quarter, null, At(First));
        Occurrences.LastingOtherwise(before, after).ShouldBe([First]);
        Occurrences.LastingOtherwise(after, after).ShouldBeEmpty();
        Occurrences.LastingOtherwise(after, before with { Length = Quarter }).ShouldBeEmpty();
    }

    [Fact]
    public void Json_WithoutProlonged_IsReadAsNone()
    {
        MeetingsJson.Text(Daily()).ShouldNotContain("prolonged");
        MeetingsJson.Parse(MeetingsJson.Text(Daily())).Prolonged.ShouldBeNull();
        var prolonged = ProlongedOccurrence.Prolong(Daily(), Quarter, null, At(First));
        MeetingsJson.Parse(MeetingsJson.Text(prolonged)).Prolonged.ShouldBe(prolonged.Prolonged);
    }
}
