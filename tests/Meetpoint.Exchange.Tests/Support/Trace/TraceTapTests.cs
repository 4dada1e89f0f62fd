using System.Text;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Support.Trace;

public sealed class TraceTapTests : IDisposable
{
    readonly TraceFiles _files = new();
    readonly TraceTap _tap;
    readonly SipFlow _flow;

    public TraceTapTests()
    {
        var world = new VirtualWorld(1);
        var transports = new SipTransports(world.Network.AddHost("192.0.2.1"), world.CreateLoop("a"));
        transports.Listen("inside", SipTransport.Udp, NetAddress.Parse("192.0.2.1:5060"));
        _flow = transports.Reach(new SipTarget(SipTransport.Udp, NetAddress.Parse("192.0.2.9:5060")))!;
        _tap = new TraceTap(_files.Ring, _ => new SipSender(null!, null, false), SystemClock.Instance, TimeProvider.System);
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Message_Each_CostsNoMemory()
    {
        var bytes = Encoding.UTF8.GetBytes(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-1"));
        var sender = new SipSender(null!, null, false);
        var tap = new TraceTap(_files.Ring, _ => sender, SystemClock.Instance, TimeProvider.System);
        for (var i = 0; i < 100; i++)
            tap.OnMessage(_flow, SipTapEvent.Received, _flow.Remote, bytes, SipParseError.None, i);
        // A collection that another test causes ends this thread's piece of memory, and what was left of it counts as allocated: the least of some windows has none.
        var least = long.MaxValue;
        for (var window = 0; window < 5 && least > 0; window++)
        {
            var before = Allocations.Begin();
            for (var i = 0; i < 10_000; i++)
                tap.OnMessage(_flow, SipTapEvent.Received, _flow.Remote, bytes, SipParseError.None, i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
    }

    [Fact]
    public void Message_WithALongBody_IsCutBehindItsHeaders()
    {
        var bytes = Encoding.UTF8.GetBytes("MESSAGE sip:x@b SIP/2.0\r\nCall-ID: 1\r\n\r\n" + new string('x', 40_000));
        _tap.OnMessage(_flow, SipTapEvent.Received, _flow.Remote, bytes, SipParseError.None, 0);
        var record = new TraceRecord();
        var position = 0UL;
        _files.Ring.TryRead(ref position, record).ShouldBeTrue();
        record.FullLength.ShouldBe(bytes.Length);
        record.Unmasked.Length.ShouldBe(bytes.Length - 40_000 + TraceLimits.BodyBytes);
    }

    [Fact]
    public void Dropped_Flood_LeavesWhatNeighboursSaid()
    {
        _tap.OnMessage(_flow, SipTapEvent.Received, _flow.Remote, "neighbour"u8, SipParseError.None, 0);
        for (var i = 0; i < 100_000; i++)
            _tap.OnMessage(_flow, SipTapEvent.Dropped, _flow.Remote, "stranger"u8, SipParseError.None, MonotonicTime.Second + i);
        _tap.OnMessage(_flow, SipTapEvent.Dropped, _flow.Remote, "later"u8, SipParseError.None, 3 * MonotonicTime.Second);
        var all = _files.All();
        all[0].ShouldBe("neighbour");
        all.Count(text => text == "stranger").ShouldBe(TraceLimits.DroppedPerSecond);
        all[^1].ShouldBe("later");
        _tap.LeftOut.ShouldBe(100_000 - TraceLimits.DroppedPerSecond);
    }
}
