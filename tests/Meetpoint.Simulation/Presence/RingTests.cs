using Meetpoint.Exchange.Presence;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>
/// Two exchanges that each stand between the same two vendor systems, and tell both what the other knows: every state goes round in both directions. Once the network is quiet, both exchanges hold
/// the same device states, both systems show the truth, and no change was worth more than a bounded number of messages.
/// </summary>
public sealed class RingTests(ITestOutputHelper output)
{
    /// <summary>Rounds in one world: making it costs more than a round.</summary>
    const int RoundsPerWorld = 20;

    /// <summary>Notifications and publications that one change may bring, sent again ones aside: two systems tell two exchanges, each of which tells two systems, which tell their watchers.</summary>
    const int MessagesPerChange = 16;

    /// <summary>What a round of about a minute sees besides: publications and subscriptions are refreshed.</summary>
    const int RefreshesPerRound = 12;

    [Fact]
    public void Change_UnderLossDelayDoublingAndReordering_SettlesToTheSameStates() => LongForms.Run(output, 10, 500, Run);

    static void Run(int seed)
    {
        var chance = new Random(seed);
        using var world = new SimulatedWorld(seed, new WorldSetup { Systems = true, Ring = true, Users = 2, Rooms = 0 });
        var cisco = new CiscoSystem(world, world.Albion);
        var microsoft = new MicrosoftSystem(world, world.Albion);
        cisco.Beside(world.Liberty);
        microsoft.Beside(world.Liberty);
        world.Run(10);
        for (var round = 0; round < RoundsPerWorld; round++)
            Round(world, cisco, microsoft, chance, $"seed {seed}, round {round}");
        world.AssertNoFaults();
    }

    static void Round(SimulatedWorld world, CiscoSystem cisco, MicrosoftSystem microsoft, Random chance, string which)
    {
        world.Virtual.Network.DefaultConditions = new LinkConditions
        {
            LatencyNs = chance.NextInt64(200 * MonotonicTime.Millisecond),
            JitterNs = chance.NextInt64(500 * MonotonicTime.Millisecond),
            Loss = chance.NextDouble() * 0.3,
            Duplication = chance.NextDouble() * 0.3,
            Reordering = chance.NextDouble() * 0.3,
            ReorderNs = chance.NextInt64(2 * MonotonicTime.Second),
        };
        var (messages, changes) = (Count(cisco, microsoft), chance.Next(1, 7));
        for (var i = 0; i < changes; i++)
        {
            var user = $"user{chance.Next(2)}";
            if (chance.Next(2) == 0)
                cisco.Lift(user, chance.Next(2) == 0);
            else
                microsoft.Set(user, chance.Next(4) switch { 0 => 15500, 1 => 9500, 2 => 12500, _ => 3500 });
            world.Run(chance.NextDouble() * 3);
        }

        world.Run(5);
        world.Virtual.Network.DefaultConditions = LinkConditions.Quiet;
        world.Run(40);

        foreach (var user in new[] { "user0", "user1" })
        {
            var (one, other) = (States(world.Albion, user), States(world.Liberty, user));
            one.ShouldBe(other, $"{which}: both exchanges hold the same of {user}");
            var isLifted = cisco.IsLifted(user);
            one.ShouldContain($"cisco 2001 {(isLifted ? Activity.OnThePhone : Activity.Available)}", Case.Sensitive, $"{which}: {user}'s line is {(isLifted ? "lifted" : "down")}");
            microsoft.Aggregate(user).ShouldBe(Math.Max(microsoft.Chosen(user), isLifted ? 6500 : 3500), $"{which}: what {user}'s colleagues see");
            cisco.Published(user).Contains("away", StringComparison.Ordinal).ShouldBe(microsoft.Chosen(user) is 15500 or 12500, $"{which}: {user} chose {microsoft.Chosen(user)}, and the phones are told {cisco.Published(user)}");
        }

        (Count(cisco, microsoft) - messages).ShouldBeLessThanOrEqualTo((changes * MessagesPerChange) + RefreshesPerRound, $"{which}: messages for {changes} changes");
    }

    static int Count(CiscoSystem cisco, MicrosoftSystem microsoft) => cisco.Notified + cisco.Taken + microsoft.Notified + microsoft.Taken;

    static string States(SimulatedExchange exchange, string user) => string.Join(
        '\n',
        (exchange.Node.Presence.Context.Hub.Find($"{user}@albion.example")?.Sources ?? []).SelectMany(source => source.States)
        .Select(state => $"{state.Origin[(state.Origin.IndexOf('/', StringComparison.Ordinal) + 1)..]} {state.Device} {state.State.Activity}{(state.IsLost ? " lost" : "")}").Order(StringComparer.Ordinal));
}
