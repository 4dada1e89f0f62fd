using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.UserAgent;

/// <summary>Whole calls over networks that lose, double and turn round: whatever happens, both sides come to the same end and nothing is left.</summary>
public sealed class LossyNetworkTests(ITestOutputHelper output)
{
    const long Second = MonotonicTime.Second;
    const int Seeds = 150;

    [Fact]
    public void Call_OverABadNetwork_EndsAlikeOnBothSidesAndLeavesNothing()
    {
        var stood = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            output.WriteLine($"seed {seed}");
            if (RunOne(seed))
                stood++;
        }

        // With 15% loss either way nearly every exchange comes through on its retransmissions.
        stood.ShouldBeGreaterThan(Seeds * 8 / 10);
    }

    static bool RunOne(int seed)
    {
        var world = new VirtualWorld(seed);
        world.Network.DefaultConditions = new LinkConditions
        {
            Loss = 0.15, Duplication = 0.1, Reordering = 0.2, JitterNs = 30 * MonotonicTime.Millisecond, ReorderNs = 700 * MonotonicTime.Millisecond,
        };
        var alice = new Phone(world, "192.0.2.1", seed);
        var room = new Phone(world, "192.0.2.2", seed + 1_000);
        if (seed % 3 == 0)
        {
            room.OnCall = call =>
            {
                call.Ring(183, Phone.Sdp(call.Offer));
                call.Answer();
            };
        }

        var outgoing = alice.Call(room, seed % 2 == 0 ? Phone.Sdp() : null);
        world.RunFor(40 * Second);
        var stood = outgoing.State == CallState.Confirmed;
        if (stood)
        {
            outgoing.Reinvite(Phone.Sdp(direction: "sendonly"));
            if (seed % 5 == 0)
                room.Incoming!.Reinvite(Phone.Sdp(room.Incoming.Offer));
            world.RunFor(60 * Second);
            outgoing.Bye();
        }

        world.RunFor(200 * Second);

        // The one that hears nothing more finds out by the session timer.
        world.RunFor(1_800 * Second);
        var why = $"seed {seed}: alice {alice.Says}; room {room.Says}";
        outgoing.State.ShouldBe(CallState.Ended, why);
        room.Incoming?.State.ShouldBe(CallState.Ended, why);
        (alice.Ua.DialogCount, alice.Ua.TransactionCount, room.Ua.DialogCount, room.Ua.TransactionCount).ShouldBe((0, 0, 0, 0), why);
        alice.Heard.Count(h => h.StartsWith("ended", StringComparison.Ordinal) || h.StartsWith("failed", StringComparison.Ordinal)).ShouldBe(1, why);
        return stood;
    }
}
