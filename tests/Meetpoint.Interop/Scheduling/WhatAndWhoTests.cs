using Meetpoint.Calendar;
using Meetpoint.Demo;

namespace Meetpoint.Interop.Scheduling;

/// <summary>--organiser, --title, --invite and --room of meetpoint meeting schedule.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class WhatAndWhoTests(SchedulingWorld world)
{
    static TimeSpan Soon => SchedulingWorld.Soon;

    [Fact]
    public async Task Organiser_Option_IsWhoInvitesAndWhoComesPastTheLobby()
    {
        var carol = await world.PhoneAsync(world.Carol);
        await using var meeting = await world.ScheduleAsync("Organiser", "--organiser", world.Carol.Address, "--invite", world.World.Bob.Address, "--lobby");

        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal("mailto:carol@albion.example", mail.Event.Organizer!.Address);
        Assert.Equal("mailto:meetings@liberty.example", mail.Event.Organizer.SentBy);
        Assert.StartsWith("Carol invites you", mail.Text, StringComparison.Ordinal);
        await carol.DialAsync(meeting.AlbionUri, Soon);
        await carol.HangUpAsync();
    }

    [Fact]
    public async Task Title_Option_IsInTheMailsOfBothProvidersAndOnTheRoomsScreen()
    {
        const string Title = "Überblick, naïve; 日本 \"Q4\"";
        var boardroom = await world.PhoneAsync(world.World.Boardroom);
        await using var meeting = await world.ScheduleAsync(Title, "--invite", world.World.Bob.Address, "--room", world.World.Boardroom.Address);

        foreach (var recipient in (string[])[world.World.Alice.Address, world.World.Bob.Address])
        {
            var mail = await world.Mail.ForAsync(recipient, meeting.Uid, subject: "");
            Assert.EndsWith(": " + Title, mail.Subject, StringComparison.Ordinal);
            Assert.Equal(Title, mail.Event.Summary);
            Assert.Contains(Title, mail.Text, StringComparison.Ordinal);
        }

        await boardroom.AnsweredAsync(Soon);
        await boardroom.HangUpAsync();
    }

    [Fact]
    public async Task Invite_Option_BringsEachAMailFromHisOwnProviderWithHisOwnCoordinatesAndOneUid()
    {
        var bob = await world.PhoneAsync(world.World.Bob);
        var carol = await world.PhoneAsync(world.Carol);
        await using var meeting = await world.ScheduleAsync("Invitees", "--invite", world.Carol.Address, "--invite", world.World.Bob.Address);

        var toCarol = await world.Mail.ForAsync(world.Carol.Address, meeting.Uid);
        var toBob = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal(ItipMethod.Request, toBob.Itip.Method);
        Assert.Contains("meetings@albion.example", toCarol.From, StringComparison.Ordinal);
        Assert.Contains("meetings@liberty.example", toBob.From, StringComparison.Ordinal);
        var libertyUri = await meeting.LibertyUriAsync();
        Assert.Equal(meeting.AlbionUri, toCarol.Event.Location);
        Assert.Equal(libertyUri, toBob.Event.Location);
        Assert.Contains(world.Albion.Party.EntryNumber, toCarol.Text, StringComparison.Ordinal);
        Assert.Contains(world.Liberty.Party.EntryNumber, toBob.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("albion", libertyUri, StringComparison.Ordinal);
        Assert.Contains(toBob.Event.Attendees, attendee => attendee is { Address: "mailto:bob@liberty.example", Rsvp: true, Status: ParticipationStatus.NeedsAction });

        await bob.DialAsync(toBob.Event.Location!, Soon);
        await carol.DialAsync(toCarol.Event.Location!, Soon);
        await bob.HearsAsync(world.Carol.ToneHz, Soon); // at his provider's address, her who is at hers
        await bob.HangUpAsync();
        await carol.HangUpAsync();
    }

    [Fact]
    public async Task Room_Option_IsDialledHeardAndTakenForOthers()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var boardroom = await world.PhoneAsync(world.World.Boardroom);
        await using var meeting = await world.ScheduleAsync("Room", "--room", world.World.Boardroom.Address);

        await boardroom.AnsweredAsync(Soon);
        await alice.DialAsync(meeting.AlbionUri, Soon);
        await alice.HearsAsync(world.World.Boardroom.ToneHz, Soon);
        await alice.HangUpAsync();
        await boardroom.HangUpAsync();

        var second = await world.RunAsync(
            world.Albion, "meeting", "schedule", "--organiser", world.World.Alice.Address, "--title", "Room again", "--start", "now+2m", "--room", world.World.Boardroom.Address);
        Assert.Equal(1, second.Code);
        Assert.Contains("boardroom@liberty.example is not free until", second.Text, StringComparison.Ordinal);
    }
}
