using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop.Content;

/// <summary>Floor control of another make (libre), from two exchanges: one presenter at a time, and who loses the floor is told.</summary>
public sealed class LibreFloorTests(FloorExchanges exchanges) : IClassFixture<FloorExchanges>
{
    [Fact]
    public async Task TwoRooms_OnTwoExchanges_AskForTheFloor_TheFirstHearsRevoked()
    {
        if (!LibreFloor.IsThere)
        {
            const string Missing = "libre.so.0 is not installed: apt-get install --no-install-recommends baresip-core";
            Assert.SkipUnless(Environment.IsPrivilegedProcess, Missing);
            Assert.Fail(Missing);
        }

        var world = exchanges.World;
        var booking = await Booking.OfAsync(world, "Slides");
        await using var alice = new RoomWithLibre(world.Alice);
        await using var bob = new RoomWithLibre(world.Bob);
        await Task.WhenAll(alice.DialAsync(booking.AlbionUri, world.Albion.Party.Sip), bob.DialAsync(booking.LibertyUri, world.Liberty.Party.Sip));

        bob.Floor.Hello();
        await bob.Floor.HearsAsync("HelloAck");
        bob.Floor.Watch();
        await bob.Floor.HearsAsync("holder nobody");
        alice.Floor.Request();
        await alice.Floor.HearsAsync("Granted");
        await bob.Floor.HearsAsync("told holder Alice");
        alice.Floor.Request();
        await alice.Floor.HearsAsync("error TooManyFloorRequests");

        bob.Floor.Request();
        await bob.Floor.HearsAsync("told Granted");
        await alice.Floor.HearsAsync("told Revoked");
        bob.Floor.Release();
        await bob.Floor.HearsAsync("Released");
    }
}
