using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Kit;
using Shouldly;

namespace Meetpoint.Media.Tests.Rooms;

public sealed class CascadeTests
{
    const int LevelsId = 1;

    [Fact]
    public void TwoHalves_JoinedByACascade_EachHearsAllButHimself()
    {
        var pair = new Pair(protection: null);
        pair.Run(3000);
        pair.CheckEachHearsAllButHimself();
    }

    [Fact]
    public void TwoHalves_CascadeWithSrtp_EachHearsAllButHimself()
    {
        var keys = Enumerable.Range(1, 56).Select(value => (byte)value).ToArray();
        var pair = new Pair(first => new SrtpProtection(first
            ? SrtpSession.Create(SrtpProfile.AeadAes128Gcm, keys.AsSpan(0, 16), keys.AsSpan(32, 12), keys.AsSpan(16, 16), keys.AsSpan(44, 12))
            : SrtpSession.Create(SrtpProfile.AeadAes128Gcm, keys.AsSpan(16, 16), keys.AsSpan(44, 12), keys.AsSpan(0, 16), keys.AsSpan(32, 12))));
        pair.Run(3000);
        pair.CheckEachHearsAllButHimself();
    }

    [Fact]
    public void TwoHalves_Speakers_AreToldByTheirGlobalIds()
    {
        var pair = new Pair(protection: null);
        pair.Run(2000);

        // The half of 1 and 2 hears of 101 and 102, and never of its own through the link.
        var far = pair.First.Events.Where(e => e.Kind == MediaEventKind.Level && e.LegId == pair.FirstLink.Id).Select(e => e.ParticipantId).Distinct();
        far.Order().ShouldBe([101u, 102u]);
        pair.First.Events.ShouldNotContain(e => e.Kind == MediaEventKind.CascadeLoop);
        pair.First.Room.ActiveSpeaker.ShouldNotBe(0u);
    }

    [Fact]
    public void OnRtp_OwnParticipantComesBack_LoopIsToldAndNotMixed()
    {
        var room = new TestRoom();
        var local = new TestPhone(AudioCodec.Pcmu, 440);
        var looped = new TestPhone(AudioCodec.Pcmu, 700) { Contributors = [5] };
        room.Add(local, 5);
        room.Add(looped, 99, options => options with { IsCascade = true });
        room.Run(1500);

        room.Events.Count(e => e.Kind == MediaEventKind.CascadeLoop).ShouldBe(1);
        local.Hears(700).ShouldBeFalse();
    }

    [Fact]
    public void Tick_ToCascade_NamesLocalTalkersWithLevels()
    {
        var room = new TestRoom();
        room.Add(new TestPhone(AudioCodec.Pcmu, 440), 5);
        room.Add(new TestPhone(AudioCodec.Pcmu, 600) { Talks = false }, 6);
        var link = new TestPhone(AudioCodec.Pcmu, 700) { KeepsPackets = true, Contributors = [77] };
        room.Add(link, 99, options => options with { IsCascade = true, ContributorLevelsExtensionId = LevelsId });
        room.Run(1000);

        RtpPacket.TryParse(link.Packets[^1], out var packet, out _).ShouldBeTrue();
        packet.CsrcCount.ShouldBe(1);
        packet.GetCsrc(0).ShouldBe(5u);
        AudioLevelExtension.TryReadContributor(packet, LevelsId, 0, out var level).ShouldBeTrue();
        level.ShouldBeInRange((byte)10, (byte)25);
    }

    /// <summary>Two rooms of two phones each, their cascades fed with each other's packets.</summary>
    sealed class Pair
    {
        readonly TestPhone[] _phones;
        readonly Link _firstLink;
        readonly Link _secondLink;

        public Pair(Func<bool, IMediaProtection>? protection)
        {
            _phones = [.. new[] { 400, 700, 1000, 1300 }.Select(hz => new TestPhone(AudioCodec.G722, hz))];
            First = new TestRoom(seed: 1);
            Second = new TestRoom(seed: 2);
            First.Add(_phones[0], 1);
            First.Add(_phones[1], 2);
            Second.Add(_phones[2], 101);
            Second.Add(_phones[3], 102);
            _firstLink = new Link(First.Room, First.NowNs, protection?.Invoke(true));
            _secondLink = new Link(Second.Room, Second.NowNs, protection?.Invoke(false));
            First.OnSend = _firstLink.Take;
            Second.OnSend = _secondLink.Take;
        }

        public TestRoom First { get; }

        public TestRoom Second { get; }

        public MediaLeg FirstLink => _firstLink.Leg;

        public void Run(int milliseconds)
        {
            for (var i = 0; i < milliseconds / 20; i++)
            {
                First.Run(20);
                Second.Run(20);
                _firstLink.Deliver(_secondLink, First.NowNs);
                _secondLink.Deliver(_firstLink, Second.NowNs);
            }
        }

        public void CheckEachHearsAllButHimself()
        {
            for (var listener = 0; listener < _phones.Length; listener++)
            {
                for (var talker = 0; talker < _phones.Length; talker++)
                    _phones[listener].Hears(400 + (talker * 300)).ShouldBe(listener != talker, $"phone {listener}, tone of {talker}");
            }
        }
    }

    sealed class Link(MediaRoom room, long nowNs, IMediaProtection? protection)
    {
        readonly List<byte[]> _packets = [];

        public MediaLeg Leg { get; } = room.AddLeg(
            new LegOptions
            {
                Send = new PayloadFormat(9, AudioCodec.G722),
                ParticipantId = 1000,
                IsCascade = true,
                ContributorLevelsExtensionId = LevelsId,
                Protection = protection,
            },
            nowNs)!;

        public void Take(MediaLeg leg, byte[] packet)
        {
            if (leg == Leg)
                _packets.Add(packet);
        }

        public void Deliver(Link to, long now)
        {
            foreach (var packet in _packets)
                to.OnPacket(packet, now);
            _packets.Clear();
        }

        void OnPacket(byte[] packet, long now) => room.OnRtp(Leg, packet, now).ShouldBeTrue();
    }
}
