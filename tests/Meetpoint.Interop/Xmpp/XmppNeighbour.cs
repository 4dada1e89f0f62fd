using Meetpoint.Demo;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;

namespace Meetpoint.Interop.Xmpp;

/// <summary>A real XMPP server that stands against ours: a process under an account of its own, in a folder that goes with it.</summary>
sealed class XmppNeighbour : IAsyncDisposable
{
    const int LogLines = 150;

    readonly string _folder;
    readonly string? _logPath;
    readonly ChildProcess _process;

    XmppNeighbour(string folder, string? logPath, ChildProcess process, NetAddress clients)
    {
        _folder = folder;
        _logPath = logPath;
        _process = process;
        Clients = clients;
    }

    /// <summary>Where its users connect.</summary>
    public NetAddress Clients { get; }

    /// <summary>Starts one and waits until it listens for servers and for users; none is left behind when it does not.</summary>
    /// <param name="program">What is started, as messages call it.</param>
    /// <param name="account">Under which it runs; the folder becomes that account's.</param>
    /// <param name="folder">With its configuration.</param>
    /// <param name="settings">Where it is to listen.</param>
    /// <param name="seconds">How long it may take.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables on top of ours.</param>
    /// <param name="log">File in the folder where it writes what it does not print.</param>
    public static async Task<XmppNeighbour> StartAsync(
        string program, string account, string folder, NeighbourSettings settings, int seconds, IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string>? environment = null, string? log = null)
    {
        await PeerAccount.OwnAsync(folder, account);
        var process = await ChildProcess.StartAsync(program, folder, environment ?? new Dictionary<string, string>(), "setpriv", [.. PeerAccount.Prefix(account), .. command]);
        var server = new XmppNeighbour(folder, log is null ? null : Path.Combine(folder, log), process, settings.Clients);
        try
        {
            await Expect.EventuallyAsync(
                () => Task.FromResult(XmppNetwork.IsListening(settings.Clients) && XmppNetwork.IsListening(settings.Servers) ? "yes" : null),
                TimeSpan.FromSeconds(seconds), $"{program} to listen on {settings.Host}", server.Log);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it said lately.</summary>
    public string Log() => _process.LogTail() + (File.Exists(_logPath) ? string.Join('\n', File.ReadLines(_logPath).TakeLast(LogLines)) : "");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
