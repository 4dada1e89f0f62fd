using System.Globalization;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>Both directions of a link under loss, duplication, reordering, cuts, crashes and expiry: what each side knows must agree.</summary>
public sealed class NniSimulationTests
{
    const int DefaultSeeds = 100;

    [Fact]
    public async Task Link_UnderFaults_EndsWithBothInboxesExact()
    {
        // MEETPOINT_NNI_SEEDS=5000 is the long form; MEETPOINT_NNI_SEED repeats one.
        var one = Environment.GetEnvironmentVariable("MEETPOINT_NNI_SEED");
        var count = int.Parse(Environment.GetEnvironmentVariable("MEETPOINT_NNI_SEEDS") ?? $"{DefaultSeeds}", CultureInfo.InvariantCulture);
        var seeds = one is null ? Enumerable.Range(1, count) : [int.Parse(one, CultureInfo.InvariantCulture)];
        foreach (var seed in seeds)
            await RunAsync(seed);
    }

    static async Task RunAsync(int seed)
    {
        var chance = new Random(seed);
        var faults = new VirtualNniFaults(chance.NextDouble() * 0.4, chance.NextDouble() * 0.4, 1 + chance.Next(3_000));
        await using var pair = new NniTestPair(seed, faults, viaNeutral: chance.Next(4) == 0);
        pair.Start();
        var counts = new[] { chance.Next(30), chance.Next(30) };
        Plan(pair, pair.A, pair.B, counts[0], chance);
        Plan(pair, pair.B, pair.A, counts[1], chance);
        foreach (var exchange in new[] { pair.A, pair.B })
        {
            for (var i = chance.Next(3); i > 0; i--)
                pair.World.At(chance.NextInt64(60 * MonotonicTime.Second), exchange.Restart);
            var cut = chance.NextInt64(60 * MonotonicTime.Second);
            pair.World.At(cut, () => pair.Network.SetCut(exchange.Name, true));
            pair.World.At(cut + chance.NextInt64(30 * MonotonicTime.Second), () => pair.Network.SetCut(exchange.Name, false));

            // A service that fails now and then, and on one number always.
            var failures = new Random(seed);
            var poison = chance.Next(60);
            exchange.Throws = n => n == poison || failures.Next(10) == 0;
        }

        pair.World.RunFor(100 * MonotonicTime.Second);
        pair.Network.Faults = new VirtualNniFaults(0, 0, 10);
        pair.Drain();
        Check(seed, pair.A, pair.B, counts[0]);
        Check(seed, pair.B, pair.A, counts[1]);
    }

    static void Plan(NniTestPair pair, NniTestExchange from, NniTestExchange to, int count, Random chance)
    {
        var at = 0L;
        for (var n = 1; n <= count; n++)
        {
            var number = n;
            var life = Duration.FromMilliseconds(chance.Next(3) == 0 ? chance.Next(10_000) : 3_600_000);
            at += chance.NextInt64(4 * MonotonicTime.Second);
            pair.World.At(at, () => Assert.True(from.SendAsync(to.Name, number, life).IsCompletedSuccessfully));
        }
    }

    static void Check(int seed, NniTestExchange from, NniTestExchange to, int sent)
    {
        var heard = to.Heard();
        var parked = to.Node.Inbox.Parked().Select(message => NniJson.Object(message.Body)["n"]!.GetValue<long>()).ToList();
        var all = heard.Concat(parked).Concat(from.Expired()).Order().ToList();
        Assert.True(heard.SequenceEqual(heard.Order()), $"seed {seed}: {to.Name} heard out of order: {string.Join(' ', heard)}");
        Assert.True(
            all.SequenceEqual(Enumerable.Range(1, sent).Select(n => (long)n)),
            $"seed {seed}: of {sent} from {from.Name} each should have been heard, parked or expired once: heard {string.Join(' ', heard)}; "
            + $"parked {string.Join(' ', parked)}; expired {string.Join(' ', from.Expired())}");
        Assert.DoesNotContain(from.Events, happened => happened.Code is "nni.outbox.restarted" or "nni.outbox.expired_handler_failed");
    }
}
