using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Meetpoint.Bench.MediaRelay;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>rtpengine in user space as a provider's own media relay, which its Kamailio commands.</summary>
sealed partial class RtpEngine : IAsyncDisposable
{
    /// <summary>Where it is commanded, on loopback.</summary>
    public const int NgPort = 46_322;

    readonly string _folder;
    readonly ChildProcess _process;
    readonly NgClient _ng = new(NgPort);

    RtpEngine(string folder, ChildProcess process) => (_folder, _process) = (folder, process);

    /// <summary>Starts it; it takes commands once this returns.</summary>
    /// <param name="media">Its own address, for media of both sides.</param>
    public static async Task<RtpEngine> StartAsync(NetAddress media)
    {
        var executable = RealPeer.Require("rtpengine", "rtpengine-daemon");
        var folder = RealPeer.NewFolder("rtpengine");
        var process = await ChildProcess.StartAsync(
            "rtpengine", folder, executable, "--foreground", "--config-file=none", "--table=-1", $"--interface={media.Host}",
            string.Create(CultureInfo.InvariantCulture, $"--listen-ng=127.0.0.1:{NgPort}"), "--port-min=33000", "--port-max=33499", "--num-threads=1",
            "--log-level=5", "--log-stderr", $"--pidfile={folder}/rtpengine.pid");
        var engine = new RtpEngine(folder, process);
        try
        {
            await Expect.EventuallyAsync(() => Task.FromResult(engine.TryAsk(("command", "ping"))), TimeSpan.FromSeconds(15), "rtpengine to answer", process.LogTail);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it knows of its one call: addresses of the peers, and packets.</summary>
    public string Query()
    {
        var list = _ng.Ask(("command", "list"));
        var match = CallId.Match(list);
        if (!match.Success)
            throw new DemoFailedException($"expected rtpengine to have a call; instead: {list}");
        var id = match.Groups[2].Value[..int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)];
        return _ng.Ask(("call-id", id), ("command", "query"));
    }

    public string LogTail() => _process.LogTail();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ng.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string? TryAsk(params ReadOnlySpan<(string, string)> command)
    {
        try
        {
            return _ng.Ask(command);
        }
        catch (SocketException)
        {
            return null; // its port is not open yet
        }
    }

    /// <summary>The first of the list of Call-IDs, with its length before it.</summary>
    [GeneratedRegex(@"callsl(\d+):(.+)e")]
    private static partial Regex CallId { get; }
}
