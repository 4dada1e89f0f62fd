using System.Globalization;
using Meetpoint.Demo;
using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>SIPp as callers in bulk: each call of a run follows one scenario file, and sends a tone in G.711 A-law.</summary>
sealed class Sipp : IAsyncDisposable
{
    /// <summary>Tone files repeat without a seam: a whole number of periods of every tone that is a multiple of 10 Hz.</summary>
    const int ToneSeconds = 1;

    const string SaidFile = "said.log";

    readonly string _folder;
    readonly ChildProcess _process;

    Sipp(string folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>Starts a run; it ends by itself when all calls are over.</summary>
    /// <param name="scenario">File under Scenarios.</param>
    /// <param name="local">Where it calls from.</param>
    /// <param name="remote">Where the calls go.</param>
    /// <param name="calls">How many.</param>
    /// <param name="toneHz">The tone that every call sends.</param>
    /// <param name="holdMs">How long each stays, in milliseconds.</param>
    /// <param name="keys">Values that the scenario names in brackets.</param>
    public static Task<Sipp> StartAsync(
        string scenario, NetAddress local, NetAddress remote, int calls, int toneHz, int holdMs, params IReadOnlyList<(string Key, string Value)> keys) => RunAsync(
        scenario,
        [
            remote.ToString(), "-i", local.Host, "-p", Number(local.Port), "-mi", local.Host, "-mp", "28000", "-m", Number(calls), "-l", Number(calls), "-r", "20",
            "-d", Number(holdMs), "-recv_timeout", "20000", "-timeout", "90s", .. keys.SelectMany(Key),
        ],
        folder => File.WriteAllBytesAsync(Path.Combine(folder, "tone.alaw"), ToneOf(toneHz)));

    /// <summary>Starts one conversation without media, which both sides carry on as its scenario says; it ends by itself.</summary>
    public static Task<Sipp> ConverseAsync(string scenario, NetAddress local, NetAddress remote, bool isTcp, params IReadOnlyList<(string Key, string Value)> keys) => RunAsync(
        scenario,
        [
            remote.ToString(), "-t", isTcp ? "t1" : "u1", "-i", local.Host, "-p", Number(local.Port), "-bind_local", "-m", "1", "-recv_timeout", "20000", "-timeout", "60s",
            .. keys.SelectMany(Key),
        ]);

    /// <summary>Starts one that is called; it ends by itself once so many calls are over.</summary>
    public static Task<Sipp> AnswerAsync(string scenario, NetAddress local, int calls) =>
        RunAsync(scenario, ["-i", local.Host, "-p", Number(local.Port), "-mi", local.Host, "-m", Number(calls), "-timeout", "90s"]);

    /// <summary>Waits until its scenario has logged that text: it has taken what stands before, and waits for what stands behind.</summary>
    public Task SaysAsync(string text, TimeSpan limit) => Expect.EventuallyAsync(
        () => Task.FromResult(File.Exists(Said) && File.ReadAllText(Said).Contains(text, StringComparison.Ordinal) ? text : null), limit, $"SIPp to log '{text}'", Tail,
        TestContext.Current.CancellationToken);

    /// <summary>Waits until all calls are over, and holds that each went as its scenario says.</summary>
    public async Task SucceedAsync(TimeSpan limit)
    {
        var code = await _process.Exited.WithinAsync(limit, "SIPp to end its calls", Tail, TestContext.Current.CancellationToken);
        if (code != 0)
            Assert.Fail($"expected every call to follow the scenario; instead SIPp ended with {code}: {Tail()}");
    }

    /// <summary>What it complains about; its output when it does not.</summary>
    public string Tail()
    {
        var errors = Path.Combine(_folder, "errors.log");
        var text = File.Exists(errors) ? File.ReadAllText(errors) : _process.LogTail();
        return text.Length > 4_000 ? text[^4_000..] : text;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Said => Path.Combine(_folder, SaidFile);

    static async Task<Sipp> RunAsync(string scenario, IReadOnlyList<string> arguments, Func<string, Task>? prepare = null)
    {
        var executable = RealPeer.Require("sipp", "sip-tester");
        var folder = RealPeer.NewFolder("sipp");
        if (prepare is not null)
            await prepare(folder);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Scenarios", scenario), Path.Combine(folder, scenario));
        return new Sipp(folder, await ChildProcess.StartAsync(
            "SIPp", folder, executable, [.. arguments, "-sf", scenario, "-timeout_error", "-nostdin", "-trace_err", "-error_file", "errors.log", "-trace_logs", "-log_file", SaidFile]));
    }

    static IEnumerable<string> Key((string Key, string Value) pair) => ["-key", pair.Key, pair.Value];

    static byte[] ToneOf(int hz)
    {
        var codec = AudioCodec.Pcma;
        var pcm = new short[ToneSeconds * codec.SampleRate];
        new ToneGenerator(hz, codec.SampleRate).Generate(pcm);
        var payload = new byte[pcm.Length];
        codec.CreateEncoder().Encode(pcm, payload);
        return payload;
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
