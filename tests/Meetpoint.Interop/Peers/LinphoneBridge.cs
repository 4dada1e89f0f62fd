using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>
/// Linphone's daemon as a customer's own conference bridge: it answers whoever calls and mixes all whom it was told to join. It knows nothing of
/// meetings, nor of who dials it.
/// </summary>
sealed class LinphoneBridge : IAsyncDisposable
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    readonly ChildProcess _process;
    readonly string _folder;
    readonly string _pipe;
    readonly Socket _control = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly byte[] _buffer = new byte[16_384];

    LinphoneBridge(ChildProcess process, string folder, string pipe)
    {
        _process = process;
        _folder = folder;
        _pipe = pipe;
    }

    /// <summary>Starts it; it listens for SIP once this returns.</summary>
    /// <param name="listen">Where it takes SIP over UDP, and its media.</param>
    /// <param name="firstMediaPort">The first of its 20 media ports.</param>
    public static async Task<LinphoneBridge> StartAsync(NetAddress listen, int firstMediaPort)
    {
        var executable = RealPeer.Require("linphone-daemon", "linphone-cli");
        var folder = RealPeer.NewFolder("linphone");
        var configuration = Path.Combine(folder, "rc");
        await File.WriteAllTextAsync(configuration, Configuration(listen, firstMediaPort));
        var name = Path.GetFileName(folder) + ".sock";
        // Its store stands in the home of whoever runs it, unless told otherwise; without the folder it stays silent. Its control socket is in /tmp.
        Directory.CreateDirectory(Path.Combine(folder, ".local", "share", "linphone"));
        var process = await ChildProcess.StartAsync(
            "Linphone's daemon", folder, "/usr/bin/env", $"HOME={folder}",
            executable, "--config", configuration, "--pipe", name, "--auto-answer", "--log", Path.Combine(folder, "daemon.log"));
        var bridge = new LinphoneBridge(process, folder, Path.Combine("/tmp", name));
        try
        {
            await Expect.EventuallyAsync(
                () => Task.FromResult(File.Exists(bridge._pipe) && IsListening(listen) ? "yes" : null), Soon, $"Linphone to listen on {listen}", process.LogTail);
            await bridge._control.ConnectAsync(new UnixDomainSocketEndPoint(bridge._pipe));
            return bridge;
        }
        catch
        {
            await bridge.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for its nth call, counted from 1, and joins it to the others.</summary>
    public async Task JoinAsync(int call)
    {
        await Expect.EventuallyAsync(
            async () => (await AskAsync($"call-status {call}")).Contains("StreamsRunning", StringComparison.Ordinal) || await IsHeldAsync(call) ? "up" : null,
            Soon, $"call {call} of the bridge to stand", () => File.ReadAllText(Path.Combine(_folder, "daemon.log"))[^4_000..]);
        // What it answers is of no use: it says that the command failed when the call was added (5.1.65). What is mixed can be heard.
        await AskAsync($"conference add {call}");
    }

    /// <summary>Has it register.</summary>
    /// <param name="address">As user@domain.</param>
    /// <param name="registrar">URI of where.</param>
    /// <param name="password">Of the user.</param>
    public Task RegisterAsync(string address, string registrar, string password) =>
        AskAsync($"register sip:{address} {registrar} {password} {address[..address.IndexOf('@', StringComparison.Ordinal)]}");

    /// <summary>Waits until its nth call stands.</summary>
    public Task CalledAsync(int call) => Expect.EventuallyAsync(
        async () => (await AskAsync($"call-status {call}")).Contains("StreamsRunning", StringComparison.Ordinal) ? "up" : null,
        Soon, $"call {call} to Linphone to stand", () => File.ReadAllText(Path.Combine(_folder, "daemon.log"))[^4_000..]);

    /// <summary>Takes its own microphone, which is none, out of the mix.</summary>
    public Task LeaveAsync() => AskAsync("conference leave 1");

    public string LogTail() => _process.LogTail();

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _process.DisposeAsync();
        File.Delete(_pipe);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>It holds the call before when another comes, until both are joined.</summary>
    async Task<bool> IsHeldAsync(int call) => (await AskAsync($"call-status {call}")).Contains("Paused", StringComparison.Ordinal);

    async Task<string> AskAsync(string command)
    {
        using var bound = new CancellationTokenSource(Soon);
        await _control.SendAsync(Encoding.ASCII.GetBytes(command + "\n"), bound.Token);
        var text = "";
        while (!text.Contains("Status:", StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            var length = await _control.ReceiveAsync(_buffer, bound.Token);
            if (length == 0)
                throw new DemoFailedException($"expected an answer to {command}; instead Linphone's daemon has ended: {_process.LogTail()}");
            text += Encoding.UTF8.GetString(_buffer, 0, length);
        }

        return text;
    }

    static bool IsListening(NetAddress listen) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveUdpListeners().Any(end => end.Equals(listen.ToIPEndPoint()));

    /// <summary>Without a default route it believes that there is no network, unless it is told not to look.</summary>
    static string Configuration(NetAddress listen, int firstMediaPort) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        [sip]
        sip_port={listen.Port}
        sip_tcp_port=0
        sip_tls_port=0
        bind_address={listen.Host}
        contact=sip:bridge@{listen.Host}
        guess_hostname=0
        use_ipv6=0
        auto_net_state_mon=0
        register_only_when_network_is_up=0
        [rtp]
        bind_address={listen.Host}
        audio_rtp_port={firstMediaPort}-{firstMediaPort + 19}
        [video]
        capture=0
        display=0
        automatically_accept=0
        automatically_initiate=0
        """);
}
