using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Rooms;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tick_OnceWarm_AllocatesNothing(bool withOpus)
    {
        var sink = new Sink();
        var room = new MediaRoom(new MediaRoomOptions(), sink, sink, 1);
        long now = 1_000_000_000;
        var phones = new TestPhone[20];
        var legs = new MediaLeg[20];
        for (var i = 0; i < phones.Length; i++)
        {
            var codec = withOpus && i % 2 == 0 ? AudioCodec.Opus : AudioCodec.All[i % 3];
            phones[i] = new TestPhone(codec, 300 + (50 * i)) { Talks = i < 5, Contributors = i == 0 ? [500] : [] };
            legs[i] = room.AddLeg(phones[i].Options((uint)i + 1) with { IsCascade = i == 0, ContributorLevelsExtensionId = 1 }, now)!;
        }

        // Encoders of Opus take their time; the paths are the same.
        var warm = withOpus ? 400 : 2000;
        var measured = withOpus ? 200 : 1000;
        Run(warm);
        var before = Allocations.Begin();
        Run(measured);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        sink.Packets.ShouldBeGreaterThan(20 * (warm + measured));

        void Run(int ticks)
        {
            for (var tick = 0; tick < ticks; tick++)
            {
                now += MediaRoomOptions.TickNs;
                for (var i = 0; i < phones.Length; i++)
                {
                    var packet = phones[i].NextPacket();
                    if ((tick + (i * 7)) % 33 != 0) // 3% are lost, so that concealment runs too
                        room.OnRtp(legs[i], packet, now);
                }

                room.Tick(now);
            }
        }
    }

    sealed class Sink : ILegOutput, IMediaRoomEvents
    {
        public long Packets { get; private set; }

        public void Send(MediaLeg leg, ReadOnlySpan<byte> packet, bool rtcp) => Packets++;

        public void OnMediaEvent(in MediaEvent e)
        {
        }
    }
}
