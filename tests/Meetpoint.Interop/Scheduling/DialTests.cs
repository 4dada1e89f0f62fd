using NodaTime;

namespace Meetpoint.Interop.Scheduling;

/// <summary>--dial of meetpoint meeting schedule, and the button of a room.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class DialTests(SchedulingWorld world)
{
    static TimeSpan Soon => SchedulingWorld.Soon;

    [Fact]
    public async Task DialAtStart_Option_DialsTheRoomAtTheStartAndNotBefore()
    {
        var boardroom = await world.PhoneAsync(world.World.Boardroom);
        await using var meeting = await world.ScheduleAsync("At start", "--dial", "at-start", "--start", "now+4s", "--room", world.World.Boardroom.Address);

        await boardroom.AnsweredAsync(Soon);
        var answered = SystemClock.Instance.GetCurrentInstant();
        Assert.True(answered >= meeting.Start, $"expected the boardroom to be dialled at {meeting.Start} at the earliest; instead it had answered at {answered}");
        await meeting.AwaitAsync(world.World.Boardroom.Address, "In", world.Liberty);
        await boardroom.HangUpAsync();
    }

    [Fact]
    public async Task DialOnButton_Option_DialsTheRoomWhenItsButtonIsPressed()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var boardroom = await world.PhoneAsync(world.World.Boardroom);
        await using var meeting = await world.ScheduleAsync("On button", "--dial", "on-button", "--room", world.World.Boardroom.Address);

        await alice.DialAsync(meeting.AlbionUri, Soon);
        await meeting.BegunAsync(world.Liberty); // whom its half dials by itself is dialled by then
        var next = await world.RunAsync(world.Liberty, "room", "next", "boardroom");
        Assert.True(next.Code == 0, next.Text);
        var line = Assert.Single(next.Text.Split('\n'), line => line.Contains(meeting.Id, StringComparison.Ordinal));
        Assert.Contains("On button", line, StringComparison.Ordinal);
        Assert.Contains("Alice", line, StringComparison.Ordinal);
        Assert.Null(await meeting.StateAsync(world.World.Boardroom.Address, world.Liberty));
        var pressed = await world.RunAsync(world.Liberty, "room", "join", "boardroom");
        Assert.True(pressed.Code == 0, pressed.Text);
        await boardroom.AnsweredAsync(Soon);
        await boardroom.HearsAsync(world.World.Alice.ToneHz, Soon);
        await alice.HearsAsync(world.World.Boardroom.ToneHz, Soon);
        await boardroom.HangUpAsync();
        await alice.HangUpAsync();
    }
}
