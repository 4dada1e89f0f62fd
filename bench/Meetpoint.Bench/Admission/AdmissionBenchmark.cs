using System.Globalization;
using System.Text;
using Meetpoint.Bench.Harness;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Virtual;
using NodaTime;

namespace Meetpoint.Bench.Admission;

/// <summary>
/// A call admitted and released: origin from its neighbour, target by longest prefix of its number, a chain of agreements, a slice of each
/// limit on it, a grant. Origin and target are drawn over the whole of 10,000 providers and 1,000,000 prefixes beforehand.
/// </summary>
public sealed class AdmissionBenchmark : Benchmark
{
    const int PrefixesPerProvider = 100;
    const int DirectAgreementsPerProvider = 5;
    const int Seed = 20_260_101;
    const int NumberLength = 13;

    readonly Exchange.Interconnect.Admission _admission;
    readonly World _world;
    readonly int _window;
    readonly int _drawn;
    readonly byte[] _numbers;
    readonly int[] _origins;
    readonly Instant _now = Instant.FromUtc(2026, 6, 1, 12, 0);
    int _at;
    long _nowNs;

    /// <summary>Builds the world and draws the calls.</summary>
    public AdmissionBenchmark(Effort effort)
    {
        var providers = effort == Effort.Full ? 10_000 : 200;
        _window = effort == Effort.Full ? 1 << 20 : 1 << 14;
        _drawn = 8 * _window; // 8 million: with 13 bytes a number and 4 an origin, larger than any cache
        _numbers = new byte[_drawn * NumberLength];
        _origins = new int[_drawn];
        var random = new Random(Seed);
        var prefixes = DrawPrefixes(random, providers * PrefixesPerProvider);
        _world = World.Build(AdmissionWorld.Make(random, providers, DirectAgreementsPerProvider, prefixes), "exchange.example", new LimitBook());
        _admission = new Exchange.Interconnect.Admission(_world, new CorrelationSource(new SeededRandomness(Seed)));
        for (var i = 0; i < _drawn; i++)
        {
            // Provider 0 is the neutral exchange, which has no customers.
            _origins[i] = random.Next(1, providers);
            var bytes = _numbers.AsSpan(i * NumberLength, NumberLength);
            do
            {
                var number = prefixes[random.Next(prefixes.Length)];
                Encoding.ASCII.GetBytes(number, bytes);
                for (var d = number.Length; d < NumberLength; d++)
                    bytes[d] = (byte)('0' + random.Next(10));
            }
            while (_world.Find(bytes)!.Provider == _world.Providers[_origins[i]]); // its only way is back to the sender
        }
    }

    /// <inheritdoc/>
    public override string Name => "admission";

    /// <inheritdoc/>
    public override string Unit => "ns";

    /// <inheritdoc/>
    public override string Measure => "processor time a call admitted and released";

    /// <inheritdoc/>
    public override double? Mark => 1_000;

    /// <inheritdoc/>
    public override double? BytesMark => 0;

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = ProcessorTime.ThreadNs();
        var admitted = 0;
        for (var i = 0; i < _window; i++)
        {
            var at = _at++ & (_drawn - 1);
            _nowNs += 1_000;
            var request = new AdmissionRequest
            {
                Sender = _world.Neighbours[_origins[at]],
                TargetBytes = _numbers.AsSpan(at * NumberLength, NumberLength),
                Kind = GrantKind.Call,
                Now = _now,
                NowNs = _nowNs,
            };
            if (_admission.Admit(in request, out var grant, out _) && grant.Release())
                admitted++;
        }

        var cost = ProcessorTime.ThreadNs() - start;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        if (admitted != _window)
            throw new InvalidOperationException($"{_window - admitted} of {_window} calls were refused");
        return new Sample((double)cost / _window, (double)bytes / _window);
    }

    static string[] DrawPrefixes(Random random, int count)
    {
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        while (prefixes.Count < count)
            prefixes.Add("+" + random.NextInt64(100_000, 1_000_000_000).ToString(CultureInfo.InvariantCulture));
        return [.. prefixes];
    }
}
