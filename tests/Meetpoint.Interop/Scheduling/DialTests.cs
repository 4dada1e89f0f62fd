using Meetpoint.Demo;

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
        await using var meeting = await world.ScheduleAsync("At start", "--dial", "at-start", "--start", "now+8s", "--room", world.World.Boardroom.Address);

        await Assert.ThrowsAsync<DemoFailedException>(() => boardroom.AnsweredAsync(TimeSpan.FromSeconds(1)));
        await boardroom.AnsweredAsync(Soon);
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
        await Assert.ThrowsAsync<DemoFailedException>(() => boardroom.AnsweredAsync(TimeSpan.FromSeconds(1)));
        var next = await world.RunAsync(world.Liberty, "room", "next", "boardroom");
        Assert.True(next.Code == 0, next.Text);
        var line = Assert.Single(next.Text.Split('\n'), line => line.Contains(meeting.Id, StringComparison.Ordinal));
        Assert.Contains("On button", line, StringComparison.Ordinal);
        Assert.Contains("Alice", line, StringComparison.Ordinal);
        var pressed = await world.RunAsync(world.Liberty, "room", "join", "boardroom");
        Assert.True(pressed.Code == 0, pressed.Text);
        await boardroom.AnsweredAsync(Soon);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await boardroom.HangUpAsync();
        await alice.HangUpAsync();

        Assert.True(Hearing.Of(await boardroom.RecordingAsync(), 440)[0].IsHeard, "the boardroom hears Alice");
        Assert.True(Hearing.Of(await alice.RecordingAsync(), 880)[0].IsHeard, "Alice hears the boardroom");
    }
}
