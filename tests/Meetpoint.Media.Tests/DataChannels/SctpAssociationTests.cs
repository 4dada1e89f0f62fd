using Meetpoint.Media.DataChannels;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.DataChannels;

/// <summary>Two associations over a link that loses, doubles and turns round, in virtual time.</summary>
public sealed class SctpAssociationTests
{
    const uint Text = 51;

    readonly Link _link = new(1);

    [Fact]
    public void Start_BothAtOnce_OneAssociation()
    {
        _link.Open();
        _link.A.Association.Start(_link.NowNs);
        _link.Run(10);
        (_link.A.Ups, _link.B.Ups).ShouldBe((1, 1), "both asked, and each is told once");
        _link.A.Association.NextTimeoutNs.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Start_OneAfterTheOther_TheFirstWordOfTheSecondIsEnough()
    {
        _link.A.Association.Start(_link.NowNs);
        _link.Run(300);
        _link.A.Ups.ShouldBe(1, "who has not asked answers all the same");
        _link.B.Association.Start(_link.NowNs);
        _link.Run(300);
        (_link.A.Ups, _link.B.Ups).ShouldBe((1, 1));
        _link.A.Send(1, "a");
        _link.Run(50);
        _link.B.Heard.ShouldBe([(1, "a")]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 2)]
    [InlineData(25, 3)]
    [InlineData(25, 4)]
    [InlineData(30, 5)]
    public void Messages_OverALinkThatLoses_AllOfThemInOrder(int lossPercent, int seed)
    {
        var link = new Link(seed) { LossPercent = lossPercent, Disorders = lossPercent > 0 };
        link.Open(30_000);
        var random = new Random(seed);
        var sent = Enumerable.Range(0, 60).Select(i => ((ushort)(i % 3), $"{i}:" + new string((char)('a' + (i % 26)), random.Next(1, i % 10 == 0 ? 20_000 : 1_500)))).ToList();
        foreach (var (stream, text) in sent)
        {
            for (var tries = 0; !link.A.TrySend(stream, text); tries++)
            {
                tries.ShouldBeLessThan(2_000, "room for the next message");
                link.Run(50);
            }

            link.B.Send(7, "back " + text[..2]);
        }

        for (var i = 0; i < 4_000 && !(link.A.Association.IsIdle && link.B.Association.IsIdle); i++)
            link.Run(50);
        for (ushort stream = 0; stream < 3; stream++)
            link.B.Heard.Where(heard => heard.Stream == stream).Select(static heard => Short(heard.Text)).ShouldBe(sent.Where(one => one.Item1 == stream).Select(static one => Short(one.Item2)), $"stream {stream}");
        link.A.Heard.Count.ShouldBe(60);
        (link.A.Down, link.B.Down).ShouldBe(("", ""));
    }

    [Fact]
    public void TrySend_BeyondALimit_IsRefused()
    {
        _link.A.TrySend(0, "early").ShouldBeFalse("not up yet");
        _link.Open();
        _link.A.TrySend(0, "").ShouldBeFalse("SCTP has no empty messages");
        _link.A.TrySend(0, new string('x', 65_537)).ShouldBeFalse();
        _link.A.Association.TrySend(SctpOptions.MaxStreams, Text, [1], _link.NowNs).ShouldBeFalse();
        _link.LossPercent = 100;
        for (var i = 0; i < 4; i++)
            _link.A.TrySend(0, new string('x', 65_000)).ShouldBeTrue();
        _link.A.TrySend(0, new string('x', 65_000)).ShouldBeFalse("what waits has a limit");
    }

    [Fact]
    public void NobodyThere_BothWaysToFindOut()
    {
        _link.LossPercent = 100;
        _link.A.Association.Start(_link.NowNs);
        _link.Run(90_000);
        _link.A.Down.ShouldBe("no answer");

        var other = new Link(2);
        other.Open();
        other.LossPercent = 100;
        other.A.Send(0, "lost");
        other.Run(120_000);
        other.A.Down.ShouldBe("no acknowledgement");
        other.A.Association.NextTimeoutNs.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Close_IsToldToThePeer()
    {
        _link.Open();
        _link.A.Association.Close(_link.NowNs);
        _link.Run(10);
        (_link.A.Down, _link.B.Down).ShouldBe(("closed", "aborted by the peer"));
        _link.A.TrySend(0, "late").ShouldBeFalse();
    }

    [Fact]
    public void OnPacket_TurnedOrForged_IsPassedOver()
    {
        _link.Open();
        var random = new Random(3);
        _link.A.Send(0, new string('y', 5_000));
        var seen = _link.A.Log.ToArray();
        foreach (var packet in seen)
        {
            for (var i = 0; i < 200; i++)
            {
                var turned = packet.ToArray();
                turned[random.Next(turned.Length)] ^= (byte)(1 << random.Next(8));
                _link.B.Association.OnPacket(turned, _link.NowNs);
                _link.B.Association.OnPacket(turned.AsSpan(0, random.Next(turned.Length)), _link.NowNs);
            }
        }

        // With a checksum that is right, and anything behind the header.
        for (var i = 0; i < 5_000; i++)
        {
            var forged = new byte[random.Next(16, 120)];
            random.NextBytes(forged);
            seen[^1].AsSpan(0, 12).CopyTo(forged);
            forged[12] = (byte)random.Next(16) is 6 or 7 ? (byte)3 : forged[12]; // an end would be an end
            SctpPacket.WriteChecksum(forged);
            new Link(i).B.Association.OnPacket(forged, _link.NowNs);
        }

        _link.Run(2_000);
        _link.B.Heard.Single().Text.Length.ShouldBe(5_000);
    }

    [Fact]
    public void OnPacket_MessageWithoutEnd_IsAborted()
    {
        _link.Open();
        var big = new Link(9, new SctpOptions { MaxMessageBytes = 4_000 });
        big.Open();
        // The other side has a larger limit, and does not ask.
        var writer = new Link(9, new SctpOptions { MaxMessageBytes = 64 * 1024 }, new SctpOptions { MaxMessageBytes = 4_000 });
        writer.Open();
        writer.A.Send(0, new string('z', 20_000));
        writer.Run(1_000);
        writer.B.Down.ShouldBe("a message beyond the limit");
        writer.A.Down.ShouldBe("aborted by the peer");
    }

    // Number, length and last letter: a text is as long as a packet and more.
    static string Short(string text) => $"{text.Split(':')[0]}/{text.Length}{text[^1]}";

    sealed class Link
    {
        readonly Random _random;
        readonly PriorityQueue<(End To, byte[] Packet), long> _way = new();

        public Link(int seed, SctpOptions? options = null, SctpOptions? other = null)
        {
            _random = new Random(seed);
            A = new End(this, options ?? new SctpOptions(), seed * 2);
            B = new End(this, other ?? options ?? new SctpOptions(), (seed * 2) + 1);
            (A.Peer, B.Peer) = (B, A);
        }

        public End A { get; }

        public End B { get; }

        public long NowNs { get; private set; } = MonotonicTime.Second;

        public int LossPercent { get; set; }

        public bool Disorders { get; set; }

        public void Open(int milliseconds = 500)
        {
            A.Association.Start(NowNs);
            B.Association.Start(NowNs);
            for (var i = 0; i < milliseconds && A.Ups + B.Ups < 2; i += 10)
                Run(10);
            (A.Ups, B.Ups).ShouldBe((1, 1), "the association is up");
        }

        public void Pass(End to, byte[] packet)
        {
            if (_random.Next(100) < LossPercent)
                return;
            var delay = (Disorders ? _random.Next(5, 40) : 5) * MonotonicTime.Millisecond;
            _way.Enqueue((to, packet), NowNs + delay);
            if (Disorders && _random.Next(20) == 0)
                _way.Enqueue((to, packet), NowNs + (2 * delay));
        }

        public void Run(int milliseconds)
        {
            for (var end = NowNs + (milliseconds * MonotonicTime.Millisecond); NowNs < end; NowNs += MonotonicTime.Millisecond)
            {
                while (_way.TryPeek(out _, out var at) && at <= NowNs)
                {
                    var (to, packet) = _way.Dequeue();
                    to.Association.OnPacket(packet, NowNs);
                }

                A.Association.OnTimer(NowNs);
                B.Association.OnTimer(NowNs);
            }
        }
    }

    sealed class End : ISctpOutput
    {
        readonly Link _link;

        public End(Link link, SctpOptions options, int seed)
        {
            _link = link;
            Association = new SctpAssociation(options, this, seed);
        }

        public SctpAssociation Association { get; }

        public End Peer { get; set; } = null!;

        public int Ups { get; private set; }

        public string Down { get; private set; } = "";

        public List<(int Stream, string Text)> Heard { get; } = [];

        public List<byte[]> Log { get; } = [];

        public bool TrySend(ushort stream, string text) => Association.TrySend(stream, Text, System.Text.Encoding.ASCII.GetBytes(text), _link.NowNs);

        public void Send(ushort stream, string text) => TrySend(stream, text).ShouldBeTrue($"{text.Length} bytes are taken");

        public void SendPacket(ReadOnlySpan<byte> packet)
        {
            Log.Add(packet.ToArray());
            _link.Pass(Peer, packet.ToArray());
        }

        public void OnUp() => Ups++;

        public void OnMessage(ushort stream, uint payloadProtocol, ReadOnlySpan<byte> message) => Heard.Add((stream, System.Text.Encoding.ASCII.GetString(message)));

        public void OnDown(string reason) => Down = reason;
    }
}
