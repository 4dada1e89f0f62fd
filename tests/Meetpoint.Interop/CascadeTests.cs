using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop;

/// <summary>Real phones on both sides of the cascade.</summary>
public sealed class CascadeTests(TwoExchanges exchanges) : IClassFixture<TwoExchanges>
{
    /// <summary>For which each hears the other, without itself.</summary>
    const double ToneSeconds = 3;

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
        await Task.WhenAll(boardroom.HearsAsync(world.Alice.ToneHz, Soon, ToneSeconds), alice.HearsAsync(world.Boardroom.ToneHz, Soon, ToneSeconds));
        await alice.HangUpAsync();
        await boardroom.HangUpAsync();

        foreach (var (phone, who) in ((Phone, Resident)[])[(alice, world.Alice), (boardroom, world.Boardroom)])
        {
            var own = Hearing.Of(await phone.RecordingAsync(), who.ToneHz)[0];
            Assert.True(own.HeardSeconds == 0, $"expected {who.Name} not to hear their own tone; instead: {own}");
        }
    }
}
