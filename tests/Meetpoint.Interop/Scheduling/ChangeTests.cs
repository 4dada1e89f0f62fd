using Meetpoint.Calendar;
using Meetpoint.Demo;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Interop.Scheduling;

/// <summary>What changes a meeting that stands: extend, cancel, change; and what its moderator does while it is on.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class ChangeTests(SchedulingWorld world)
{
    static TimeSpan Soon => SchedulingWorld.Soon;

    [Fact]
    public async Task Extend_OfARunningMeeting_KeepsEveryoneInUntilTheNewEndAndTellsThem()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var bob = await world.PhoneAsync(world.World.Bob);
        await using var meeting = await world.ScheduleAsync("Extend", "--start", "now", "--length", "10s", "--invite", world.World.Bob.Address);
        await alice.DialAsync(meeting.AlbionUri, Soon);
        await bob.DialAsync(await meeting.LibertyUriAsync(), Soon);

        var extended = await world.AskAsync(world.Albion, "meeting", "extend", meeting.Id, "--by", "2s");

        var before = End(meeting.View);
        var end = End(extended);
        Assert.Equal(before + Duration.FromSeconds(2), end);
        await alice.EndedAsync(Soon);
        await bob.EndedAsync(Soon);
        Assert.InRange(SystemClock.Instance.GetCurrentInstant() - end, Duration.Zero, Duration.FromSeconds(3));
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid, "Changed: ");
        Assert.Equal(1, mail.Event.Sequence);
        Assert.Equal(Period.FromSeconds(12), Period.Between(mail.Event.Start.Local, mail.Event.End!.Value.Local));
    }

    [Fact]
    public async Task Extend_OfASeries_ProlongsTheDateThatIsNamedAndTellsOfThatOne()
    {
        await using var meeting = await world.ScheduleAsync(
            "Series", "--start", "tomorrow 9:30", "--time-zone", "Europe/London", "--length", "30m", "--recurrence", "FREQ=DAILY;COUNT=3", "--invite", world.World.Bob.Address);
        var first = LocalDateTimePattern.ExtendedIso.Parse((string)meeting.View["localStart"]!).Value;
        var second = first.PlusDays(1);

        var extended = await world.AskAsync(
            world.Albion, "meeting", "extend", meeting.Id, "--by", "15m", "--occurrence", second.ToString("uuuu-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal("0:30:00", (string?)extended["length"]);
        Assert.Equal("0:45:00", (string?)Assert.Single(extended["prolonged"]!.AsArray())!["length"]);
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid, "Changed: ");
        Assert.Equal(second, mail.Event.RecurrenceId!.Value.Local);
        Assert.Equal((second, second.PlusMinutes(45)), (mail.Event.Start.Local, mail.Event.End!.Value.Local));
        Assert.Null(mail.Event.Rule);

        var none = await world.RunAsync(world.Albion, ["meeting", "extend", meeting.Id, "--by", "15m", "--occurrence", "tomorrow 11:00"]);
        Assert.NotEqual(0, none.Code);
        Assert.Contains("--occurrence: the meeting does not begin at", none.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moderation_WithNobodyOfTheOrganisersIn_SeesAndActsOnWhoIsInAtTheOther()
    {
        var bob = await world.PhoneAsync(world.World.Bob);
        await using var meeting = await world.ScheduleAsync("From outside", "--invite", world.World.Bob.Address);
        var bobUri = await meeting.LibertyUriAsync();
        await bob.DialAsync(bobUri, Soon);
        var bobId = await meeting.AwaitAsync(world.World.Bob.Address, "In");

        await meeting.ModerateAsync("mute", bobId);
        await MutedAsync(world.Liberty);
        await MutedAsync(world.Albion);
        await world.AskAsync(world.Albion, "meeting", "lock", meeting.Id);
        await meeting.ModerateAsync("eject", bobId);
        await bob.EndedAsync(Soon);
        await Expect.EventuallyAsync(
            async () => await world.Albion.Api.TryGetAsync($"meetings/{meeting.Id}/participants") is { } live && live["participants"]!.AsArray().Count == 0 ? live : null,
            Soon, "Albion's exchange to see that he is gone");
        var locked = await Assert.ThrowsAsync<DemoFailedException>(() => bob.DialAsync(bobUri, Soon));
        Assert.Contains("403", locked.Message, StringComparison.Ordinal);

        Task MutedAsync(Demo.World.DemoExchange exchange) => Expect.EventuallyAsync(
            async () => (await exchange.Api.TryGetAsync($"meetings/{meeting.Id}/participants"))?["participants"]!.AsArray()
                .FirstOrDefault(each => (string?)each!["address"] == world.World.Bob.Address && (bool)each["isMuted"]!),
            Soon, $"{exchange.Party.Domain} to show that Bob is muted");
    }

    [Fact]
    public async Task Cancel_OfARunningMeeting_SendsEveryoneHomeAndTellsThem()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var bob = await world.PhoneAsync(world.World.Bob);
        await using var meeting = await world.ScheduleAsync("Cancel", "--invite", world.World.Bob.Address);
        var bobUri = await meeting.LibertyUriAsync();
        await alice.DialAsync(meeting.AlbionUri, Soon);
        await bob.DialAsync(bobUri, Soon);

        await world.AskAsync(world.Albion, "meeting", "cancel", meeting.Id);

        await alice.EndedAsync(Soon);
        await bob.EndedAsync(Soon);
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid, "Cancelled: ");
        Assert.Equal(ItipMethod.Cancel, mail.Itip.Method);
        Assert.Equal(EventStatus.Cancelled, mail.Event.Status);
        Assert.Equal(1, mail.Event.Sequence);
        var gone = await Assert.ThrowsAsync<DemoFailedException>(() => bob.DialAsync(bobUri, Soon));
        Assert.Contains("404", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OfTitleTimeAndInvitees_TellsThoseWhoStayThoseWhoComeAndThoseWhoGo()
    {
        await using var meeting = await world.ScheduleAsync("Before", "--start", "tomorrow 9:30", "--time-zone", "Europe/London", "--invite", world.World.Bob.Address);

        await world.AskAsync(world.Albion, "meeting", "change", meeting.Id, "--title", "After", "--start", "tomorrow 10:15", "--length", "45m", "--invite", world.Carol.Address);

        var toBob = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid, "Changed: ");
        Assert.Equal("After", toBob.Event.Summary);
        Assert.Equal(1, toBob.Event.Sequence);
        Assert.Equal((10, 15, 11, 0), (toBob.Event.Start.Local.Hour, toBob.Event.Start.Local.Minute, toBob.Event.End!.Value.Local.Hour, toBob.Event.End.Value.Local.Minute));
        Assert.Equal("After", (await world.Mail.ForAsync(world.Carol.Address, meeting.Uid)).Event.Summary);

        await world.AskAsync(world.Albion, "meeting", "change", meeting.Id, "--without", world.Carol.Address);

        var dropped = await world.Mail.ForAsync(world.Carol.Address, meeting.Uid, "No longer invited: ");
        Assert.Equal(ItipMethod.Cancel, dropped.Itip.Method);
        Assert.Equal("mailto:carol@albion.example", Assert.Single(dropped.Event.Attendees).Address);
    }

    [Fact]
    public async Task Moderation_OfARunningMeeting_MutesEjectsAndLocksForParticipantsOfBothProviders()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var bob = await world.PhoneAsync(world.World.Bob);
        await using var meeting = await world.ScheduleAsync("Moderation", "--invite", world.World.Bob.Address);
        var bobUri = await meeting.LibertyUriAsync();
        var bobDials = bob.DialAsync(bobUri, Soon);
        await alice.DialAsync(meeting.AlbionUri, Soon);
        await bobDials;
        var bobId = await meeting.AwaitAsync(world.World.Bob.Address, "In");

        await meeting.ModerateAsync("mute", bobId);
        await alice.HangUpAsync();
        await alice.DialAsync(meeting.AlbionUri, Soon);
        var whileMuted = Hearing.Of(await alice.ListensAsync(1.5 * Hearing.LeastSeconds, Soon), world.World.Bob.ToneHz)[0];
        Assert.True(!whileMuted.IsHeard, $"Bob is muted: {whileMuted}");

        await meeting.ModerateAsync("unmute", bobId);
        await alice.HearsAsync(world.World.Bob.ToneHz, Soon);
        await meeting.ModerateAsync("eject", bobId);
        await bob.EndedAsync(Soon);
        await alice.HangUpAsync();

        await world.AskAsync(world.Albion, "meeting", "lock", meeting.Id);
        await LockedAsync(true);
        var locked = await Assert.ThrowsAsync<DemoFailedException>(() => bob.DialAsync(bobUri, Soon));
        Assert.Contains("403", locked.Message, StringComparison.Ordinal);
        await world.AskAsync(world.Albion, "meeting", "unlock", meeting.Id);
        await LockedAsync(false);
        await bob.DialAsync(bobUri, Soon);
        await bob.HangUpAsync();

        // Nobody is in: there is no cascade, and Liberty's half has to hear of it all the same.
        Task LockedAsync(bool isLocked) => Expect.EventuallyAsync(
            async () => await world.Liberty.Api.TryGetAsync($"meetings/{meeting.Id}/participants") is { } live && (bool)live["isLocked"]! == isLocked ? live : null,
            Soon, $"Liberty's half to be {(isLocked ? "locked" : "open")}");
    }

    static Instant End(System.Text.Json.Nodes.JsonObject view) => InstantPattern.ExtendedIso.Parse((string)view["end"]!).Value;
}
