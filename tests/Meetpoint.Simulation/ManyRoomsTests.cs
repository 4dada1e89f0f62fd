using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Many rooms at once over two exchanges: everyone hears his own room's talker and no other room's.</summary>
public sealed class ManyRoomsTests(ITestOutputHelper output)
{
    const int Seed = 7;
    const int Rooms = 40;
    const int LegsPerRoom = 5;

    /// <summary>Amplitude below which a leg is silent; a talker's is 6000.</summary>
    const double Silence = 60;

    [Fact]
    public void ManyRooms_OneTalkerEach_IsHeardInItsRoomAlone()
    {
        output.WriteLine($"seed {Seed}: {Rooms} rooms, {Rooms * LegsPerRoom} participants");
        using var world = new SimulatedWorld(Seed, new WorldSetup { Users = Rooms * LegsPerRoom });
        var ids = Enumerable.Range(0, Rooms).Select(_ => world.Book(Requests.Meeting(world, "user1@albion.example", "user0@liberty.example"))).ToList();
        world.RunToStart(ids[^1]);
        var legs = new List<(int Room, SimulatedPhone Phone)>();
        for (var room = 0; room < Rooms; room++)
        {
            for (var i = 0; i < LegsPerRoom; i++)
            {
                var exchange = world.Exchanges[i % 2];
                legs.Add((room, world.Phone(exchange, (room * LegsPerRoom) + i, i == 0 ? ToneOf(room) : 0)));
            }
        }

        foreach (var (room, phone) in legs)
            phone.Dial(phone.Exchange.CodeOf(ids[room]));
        world.Until(() => legs.TrueForAll(leg => leg.Phone.IsIn), 10, "all in");
        world.Until(() => ids.TrueForAll(id => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id)), 5, "all cascades up");
        world.Run(3);
        foreach (var (room, phone) in legs)
        {
            var heard = new Spectrum(phone.Audio.Last(Spectrum.Samples / 8));
            if (phone.ToneHz > 0)
            {
                heard.Peak.ShouldBeLessThan(Silence, $"{phone.Address}, the talker of room {room}, hears nobody");
                continue;
            }

            heard.PeakHz.ShouldBe(ToneOf(room), 3, $"{phone.Address} hears the talker of room {room}");
            heard.Peak.ShouldBeGreaterThan(100 * Silence / 3, $"{phone.Address} hears the talker of room {room}");
            for (var other = 0; other < Rooms; other++)
                (other == room || heard.At(ToneOf(other)) < heard.Peak / 30).ShouldBeTrue($"{phone.Address} in room {room} hears the talker of room {other}");
        }

        world.AssertNoFaults();
    }

    static double ToneOf(int room) => 300 + (40 * room);
}
