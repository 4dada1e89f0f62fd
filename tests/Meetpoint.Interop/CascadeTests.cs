using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop;

/// <summary>Real phones on both sides of the cascade.</summary>
public sealed class CascadeTests(TwoExchanges exchanges) : IClassFixture<TwoExchanges>
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Tone_FromBaresipOfOneProvider_IsHeardByBaresipOfTheOtherAndNotByItself()
    {
        RealPeer.Require("baresip", "baresip-core");
        var world = exchanges.World;
        var alice = await world.StartPhoneAsync(world.Alice);
        var boardroom = await world.StartPhoneAsync(world.Boardroom);
        Assert.IsType<BaresipPhone>(alice);
        var booking = await Booking.OfAsync(world, "Tones", request => request["rooms"] = new System.Text.Json.Nodes.JsonArray(world.Boardroom.Address));

        await alice.DialAsync(booking.AlbionUri, Soon);
        await boardroom.AnsweredAsync(Soon);
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await alice.HangUpAsync();
        await boardroom.HangUpAsync();

        var heardByBoardroom = Hearing.Of(await boardroom.RecordingAsync(), 440, 880);
        var heardByAlice = Hearing.Of(await alice.RecordingAsync(), 440, 880);
        Assert.True(heardByBoardroom[0].HeardSeconds > 3, $"440 Hz crosses to the boardroom: {heardByBoardroom[0]}");
        Assert.True(heardByBoardroom[1].HeardSeconds == 0, $"the boardroom does not hear its own 880 Hz: {heardByBoardroom[1]}");
        Assert.True(heardByAlice[1].HeardSeconds > 3, $"880 Hz comes back to Alice: {heardByAlice[1]}");
        Assert.True(heardByAlice[0].HeardSeconds == 0, $"Alice does not hear her own 440 Hz: {heardByAlice[0]}");
    }
}
