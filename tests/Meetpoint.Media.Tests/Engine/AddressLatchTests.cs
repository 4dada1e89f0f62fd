using Meetpoint.Media.Engine;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Engine;

public sealed class AddressLatchTests
{
    const long Ms = MonotonicTime.Millisecond;
    static readonly NetAddress Signalled = NetAddress.Parse("192.0.2.1:4000");
    static readonly NetAddress Natted = NetAddress.Parse("198.51.100.7:61000");
    static readonly NetAddress Moved = NetAddress.Parse("198.51.100.7:61001");
    static readonly NetAddress Stranger = NetAddress.Parse("203.0.113.9:4000");

    [Fact]
    public void Target_BeforeAnyPacket_IsSignalled()
    {
        var latch = default(AddressLatch);
        latch.Target.IsSet.ShouldBeFalse();
        latch.Signal(Signalled);
        latch.Target.ShouldBe(Signalled);
    }

    [Fact]
    public void MayAccept_PeerBehindNat_IsLatchedAndStrangerIsNot()
    {
        var latch = default(AddressLatch);
        latch.Signal(Signalled);
        latch.MayAccept(Natted, 7, 0).ShouldBeTrue();
        latch.Accepted(Natted, 7, 0);
        latch.Target.ShouldBe(Natted);
        latch.MayAccept(Stranger, 8, 20 * Ms).ShouldBeFalse();
        latch.MayAccept(Stranger, 7, 20 * Ms).ShouldBeFalse("a guessed source does not help while the peer sends");
        latch.MayAccept(Stranger, 8, 5000 * Ms).ShouldBeFalse();
    }

    [Fact]
    public void MayAccept_NatBindingMoves_FollowsTheSameSourceAfterSilence()
    {
        var latch = default(AddressLatch);
        latch.Signal(Signalled);
        latch.Accepted(Natted, 7, 0);
        latch.MayAccept(Moved, 7, 100 * Ms).ShouldBeFalse();
        latch.MayAccept(Moved, 7, 600 * Ms).ShouldBeTrue();
    }

    [Fact]
    public void MayAccept_SignalledAddress_AlwaysTakesItBack()
    {
        var latch = default(AddressLatch);
        latch.Signal(Signalled);
        latch.Accepted(Stranger, 8, 0);
        latch.MayAccept(Signalled, 7, 20 * Ms).ShouldBeTrue();
        latch.Accepted(Signalled, 7, 20 * Ms);
        latch.Target.ShouldBe(Signalled);
    }

    [Fact]
    public void Signal_NewAddress_BeginsAnewAndTheSameDoesNot()
    {
        var latch = default(AddressLatch);
        latch.Signal(Signalled);
        latch.Accepted(Natted, 7, 0);
        latch.Signal(Signalled);
        latch.Target.ShouldBe(Natted);
        latch.Signal(Moved);
        latch.Target.ShouldBe(Moved);
    }
}
