using System.Text;
using Meetpoint.Net;
using Meetpoint.Xmpp.Tests.Support;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Streams;

/// <summary>Streams of real servers, damaged at random, against the whole server: it never throws, hears nothing that was not proven, and lets go of each.</summary>
public sealed class DamagedStreamTests
{
    [Fact]
    public void Server_UnderDamagedStreams_NeverThrowsAndKeepsNothing()
    {
        var world = new XmppWorld();
        var (server, host) = world.Add("10.0.0.1", ["a.example.net"], options => options with { Tls = null, NegotiationSeconds = 5 });
        var random = new Random(20_261_122);
        var originals = Vectors.Names.Select(Vectors.Read).ToArray();
        var raws = new List<RawServer>();
        for (var round = 0; round < 400; round++)
        {
            var bytes = originals[random.Next(originals.Length)].ToArray();
            for (var i = random.Next(0, 5); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var raw = new RawServer(world, $"10.1.{round / 200}.{1 + (round % 200)}");
            raws.Add(raw);
            raw.Connect("10.0.0.1");
            world.World.RunFor(50 * MonotonicTime.Millisecond);
            raw.Loop.Post(() => raw.Stream!.Send(bytes.AsSpan(0, random.Next(1, bytes.Length))));
            world.World.RunFor(50 * MonotonicTime.Millisecond);
        }

        host.Stanzas.ShouldBeEmpty();
        raws.ShouldAllBe(raw => raw.Heard.Length == 0 || Encoding.UTF8.GetByteCount(raw.Heard) < 5_000);
        world.Until(() => server.StreamCount == 0, 60).ShouldBeTrue($"{server.StreamCount} streams are left");
    }
}
