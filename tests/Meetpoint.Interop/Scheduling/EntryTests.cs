using Meetpoint.Demo;

namespace Meetpoint.Interop.Scheduling;

/// <summary>--pin and --lobby of meetpoint meeting schedule, before the call is answered.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class EntryTests(SchedulingWorld world)
{
    static TimeSpan Soon => SchedulingWorld.Soon;

    [Fact]
    public async Task Pin_Option_LetsInWhoEntersItAndRefusesWhoEntersAnotherThreeTimes()
    {
        var bob = await world.PhoneAsync(world.World.Bob);
        var carol = await world.PhoneAsync(world.Carol);
        await using var meeting = await world.ScheduleAsync("PIN", "--pin", "2468", "--invite", world.World.Bob.Address);
        Assert.Contains(", PIN 2468", (await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid)).Text, StringComparison.Ordinal);

        var carolDials = carol.DialAsync(meeting.AlbionUri, Soon);
        await meeting.AwaitAsync(world.Carol.Address, "EnteringPin");
        await carol.SendDigitsAsync("1111#");
        await carol.SendDigitsAsync("2222#");
        Assert.False(carolDials.IsCompleted, "two wrong PINs, each with its #, are two tries");
        await carol.SendDigitsAsync("3333");
        var refused = await Assert.ThrowsAsync<DemoFailedException>(() => carolDials);
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);

        // Bob stands in the other half, at the other provider, and is asked there.
        var bobDials = bob.DialAsync(await meeting.LibertyUriAsync(), Soon);
        await meeting.AwaitAsync(world.World.Bob.Address, "EnteringPin", world.Liberty);
        Assert.False(bobDials.IsCompleted, "nobody is let in before the PIN");
        await bob.SendDigitsAsync("2468#");
        await bobDials;
        await bob.HangUpAsync();
    }

    [Fact]
    public async Task Lobby_Option_KeepsAGuestOfTheOtherProviderOutUntilAdmittedWhoThenHears()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var bob = await world.PhoneAsync(world.World.Bob);
        await using var meeting = await world.ScheduleAsync("Lobby", "--lobby", "--invite", world.World.Bob.Address);

        var bobDials = bob.DialAsync(await meeting.LibertyUriAsync(), Soon);
        await alice.DialAsync(meeting.AlbionUri, Soon);
        var waiting = await meeting.AwaitAsync(world.World.Bob.Address, "Lobby");
        await meeting.AwaitAsync(world.World.Alice.Address, "In", world.Liberty);
        Assert.Equal("Lobby", await meeting.StateAsync(world.World.Bob.Address, world.Liberty));
        Assert.False(bobDials.IsCompleted, "the organiser is there, and still a guest waits for her word");
        await meeting.ModerateAsync("admit", waiting);
        await bobDials;
        await bob.HearsAsync(world.World.Alice.ToneHz, Soon);
        await alice.HearsAsync(world.World.Bob.ToneHz, Soon);
        await bob.HangUpAsync();
        await alice.HangUpAsync();
    }

    [Fact]
    public async Task Lobby_Option_TurnsAwayWhomTheOrganiserDoesNotWant()
    {
        var carol = await world.PhoneAsync(world.Carol);
        await using var meeting = await world.ScheduleAsync("Turned away", "--lobby");

        var dials = carol.DialAsync(meeting.AlbionUri, Soon);
        await meeting.ModerateAsync("eject", await meeting.AwaitAsync(world.Carol.Address, "Lobby"));

        var refused = await Assert.ThrowsAsync<DemoFailedException>(() => dials);
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }
}
