using System.Text;
using Meetpoint.Exchange.Nni;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>A forged, replayed or reordered message changes nothing in the store of either exchange.</summary>
public sealed class ForgeryTests
{
    [Fact]
    public void Messages_ReplayedReorderedOrForged_ChangeNothing()
    {
        using var world = new SimulatedWorld(31, new WorldSetup { Parties = 3 });
        var sent = new List<(string From, string To, string Path, byte[] Body)>();
        world.Nni.Posted = (from, to, path, body) => sent.Add((from, to, path, body.ToArray()));
        world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.Book(Requests.Meeting(world, "user1@liberty.example") with { Pin = "1234" });
        world.Run(5);
        world.Nni.Posted = null;
        var messages = sent.Where(each => each.Path == NniPaths.Messages).ToList();
        messages.Count.ShouldBeGreaterThan(5);

        var before = Digests(world);
        var chance = new Random(31);
        for (var i = 0; i < 400; i++)
        {
            var (from, to, path, body) = messages[chance.Next(messages.Count)];
            var altered = (i % 4) switch
            {
                0 => body, // replayed, and by the draw out of order
                1 => Flip(body, chance),
                2 => Renumbered(body, chance),
                _ => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace(from, "columbia.example", StringComparison.Ordinal)),
            };
            var peer = i % 4 == 3 ? "columbia.example" : from;
            world.Exchange(to).Answer(path, peer, altered);
            Digests(world).ShouldBe(before, $"message {i} from {from} to {to}: {Encoding.UTF8.GetString(altered)}");
        }

        foreach (var forged in Forgeries(world))
        {
            world.Liberty.Answer(NniPaths.Messages, forged.Peer, forged.Body);
            Digests(world).ShouldBe(before, Encoding.UTF8.GetString(forged.Body));
        }
    }

    /// <summary>Well-made messages by the wrong key, to the wrong exchange, out of sequence, and expired.</summary>
    static IEnumerable<(string Peer, byte[] Body)> Forgeries(SimulatedWorld world)
    {
        var (albion, liberty, columbia) = (world.Parties[0], world.Parties[1], world.Parties[2]);
        var clock = world.Albion.Clock;
        var now = clock.GetCurrentInstant();
        var asAlbion = new NniSeal(albion.Domain, columbia.Key, new NniNeighbours(), clock, () => "msg_forged");
        var albions = new NniSeal(albion.Domain, albion.Key, new NniNeighbours(), clock, () => "msg_albion");
        NniEnvelope Cancel(string destination, long sequence, Duration life) => new(
            albion.Domain, destination, "msg_forged", "booking.cancel", 1, sequence, now, now + life, """{"meeting":"mtg_1","sequence":1}""");
        byte[] Request(string jws) => new NniRequest(albion.Domain, liberty.Domain, "nonce", [], [jws]).ToBytes();
        yield return (albion.Domain, Request(asAlbion.Sign(Cancel(liberty.Domain, 1, Duration.FromMinutes(1)))));
        yield return (albion.Domain, Request(albions.Sign(Cancel("columbia.example", 1, Duration.FromMinutes(1)))));
        yield return (albion.Domain, Request(albions.Sign(Cancel(liberty.Domain, 999, Duration.FromMinutes(1)))));
        yield return (columbia.Domain, Request(albions.Sign(Cancel(liberty.Domain, 1, Duration.FromMinutes(1)))));
    }

    static byte[] Flip(byte[] body, Random chance)
    {
        var flipped = body.ToArray();
        flipped[chance.Next(flipped.Length)] ^= (byte)(1 << chance.Next(8));
        return flipped;
    }

    /// <summary>The last part before the first, or one left out.</summary>
    static byte[] Renumbered(byte[] body, Random chance)
    {
        var request = NniRequest.TryParse(body)!;
        var parts = request.Jws.Reverse().Skip(chance.Next(2)).ToList();
        return (request with { Jws = parts }).ToBytes();
    }

    static string Digests(SimulatedWorld world) => string.Join(' ', world.Exchanges.Select(exchange => exchange.StateDigest()));
}
