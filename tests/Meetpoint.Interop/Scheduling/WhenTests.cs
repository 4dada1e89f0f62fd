using System.Globalization;
using Meetpoint.Calendar;
using Meetpoint.Demo;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Refusals;
using NodaTime;

namespace Meetpoint.Interop.Scheduling;

/// <summary>--start, --end, --length, --time-zone and --recurrence of meetpoint meeting schedule.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class WhenTests(SchedulingWorld world)
{
    static readonly DateTimeZone _london = DateTimeZoneProviders.Tzdb["Europe/London"];

    static TimeSpan Soon => SchedulingWorld.Soon;

    static Instant Now => SystemClock.Instance.GetCurrentInstant();

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.MeetingNotOpen)]
    public async Task Start_Option_IsInTheMailAndPutsOffWhoComesBefore()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var start = Local(Now + Duration.FromHours(30), _london);
        await using var meeting = await world.ScheduleAsync("Start", "--start", Text(start), "--invite", world.World.Bob.Address);

        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal($"DTSTART;TZID=Europe/London:{start.ToString("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture)}", mail.Line("DTSTART"));
        Assert.Equal(start, mail.Event.Start.Local);
        var early = await Assert.ThrowsAsync<DemoFailedException>(() => alice.DialAsync(meeting.AlbionUri, Soon));
        Assert.Contains("480", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_Option_IsInTheMailAndSendsEveryoneHome()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var bob = await world.PhoneAsync(world.World.Bob);
        var end = Local(Now + Duration.FromSeconds(6), _london, toTheSecond: true);
        await using var meeting = await world.ScheduleAsync(
            "End", "--start", Text(Local(Now, _london)), "--end", end.ToString("uuuu-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), "--invite", world.World.Bob.Address);

        await alice.DialAsync(meeting.AlbionUri, Soon);
        await bob.DialAsync(await meeting.LibertyUriAsync(), Soon);
        await alice.EndedAsync(Soon);
        await bob.EndedAsync(Soon);

        var late = Now - _london.AtStrictly(end).ToInstant();
        Assert.InRange(late, Duration.Zero, Duration.FromSeconds(3));
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal($"DTEND;TZID=Europe/London:{end.ToString("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture)}", mail.Line("DTEND"));
    }

    [Fact]
    public async Task Length_Option_IsTheEndInTheMailAndSendsEveryoneHome()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        await using var meeting = await world.ScheduleAsync("Length", "--start", "now", "--length", "4s", "--invite", world.World.Bob.Address);

        await alice.DialAsync(meeting.AlbionUri, Soon);
        await alice.EndedAsync(Soon);

        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal(Period.FromSeconds(4), Period.Between(mail.Event.Start.Local, mail.Event.End!.Value.Local));
    }

    [Fact]
    public async Task TimeZone_Option_IsTheZoneOfTheStartInTheCalendarAndAtTheDoor()
    {
        // Tokyo's time now, read in any other zone of the world of these tests, lies hours away: nobody could come in.
        var alice = await world.PhoneAsync(world.World.Alice);
        var start = Local(Now, DateTimeZoneProviders.Tzdb["Asia/Tokyo"]);
        await using var meeting = await world.ScheduleAsync("Zone", "--start", Text(start), "--time-zone", "Asia/Tokyo", "--invite", world.World.Bob.Address);

        await alice.DialAsync(meeting.AlbionUri, Soon);
        await alice.HangUpAsync();
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal(CalendarTime.OfZone(start, "Asia/Tokyo"), mail.Event.Start);
        Assert.Contains("TZID:Asia/Tokyo", mail.Calendar);
        Assert.Contains("(Asia/Tokyo)", mail.Text, StringComparison.Ordinal);
        var here = Local(Now, DateTimeZoneProviders.Tzdb["America/New_York"]).ToString("HH:mm", CultureInfo.InvariantCulture);
        Assert.Contains($"{here} to ", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recurrence_Option_IsInTheMailAndOpensThePresentOccurrence()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var first = Local(Now - Duration.FromDays(2), _london);
        await using var meeting = await world.ScheduleAsync(
            "Recurrence", "--start", Text(first), "--recurrence", "FREQ=DAILY;COUNT=4", "--time-zone", "Europe/London", "--invite", world.World.Bob.Address);

        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal("RRULE:FREQ=DAILY;COUNT=4", mail.Line("RRULE"));
        Assert.Equal(first, mail.Event.Start.Local);
        await alice.DialAsync(meeting.AlbionUri, Soon);
        await alice.HangUpAsync();
        var shown = (string)(await meeting.ShowAsync(world.Albion))["start"]!;
        Assert.Equal(_london.AtLeniently(first.PlusDays(2)).ToInstant().ToString(), shown);
    }

    static string Text(LocalDateTime time) => time.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    static LocalDateTime Local(Instant instant, DateTimeZone zone, bool toTheSecond = false)
    {
        var local = instant.InZone(zone).LocalDateTime;
        return new LocalDateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, toTheSecond ? local.Second : 0);
    }
}
