using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>FreeRADIUS, as a provider's home server or as the proxy of a visited network; it can be stopped and started again on the same address.</summary>
sealed class FreeRadius : IAsyncDisposable
{
    static readonly TimeSpan _ready = TimeSpan.FromSeconds(15);

    readonly string _folder;
    readonly string _executable;
    ChildProcess? _process;

    FreeRadius(string folder, string executable, NetAddress listen) => (_folder, _executable, Listen) = (folder, executable, listen);

    /// <summary>Where it is asked; accounting one port up.</summary>
    public NetAddress Listen { get; }

    /// <summary>Starts it with a configuration of the caller's.</summary>
    /// <param name="listen">Address and port of authentication.</param>
    /// <param name="settings">Sections after those that any has; FOLDER stands for its own.</param>
    /// <param name="files">Further files of its folder, by name.</param>
    public static async Task<FreeRadius> StartAsync(NetAddress listen, string settings, params IReadOnlyList<(string Name, string Text)> files)
    {
        var server = new FreeRadius(RealPeer.NewFolder("freeradius"), RealPeer.Require("freeradius", "freeradius"), listen);
        foreach (var (name, text) in files)
            await File.WriteAllTextAsync(Path.Combine(server._folder, name), text);
        await File.WriteAllTextAsync(Path.Combine(server._folder, "radiusd.conf"), (Common + settings).Replace("FOLDER", server._folder, StringComparison.Ordinal));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it as an access server that takes Disconnect and CoA, and notes them in "dynamic": it does as told for sessions whose id begins with "known".</summary>
    public static Task<FreeRadius> StartDynamicAsync(NetAddress listen, string secret) => StartAsync(
        listen,
        $$"""
        proxy_requests = no
        client exchanges {
         ipaddr = 127.0.0.0/8
         secret = {{secret}}
        }
        modules {
         detail dynamic {
          filename = FOLDER/dynamic
         }
         always reject {
          rcode = reject
         }
        }
        server dynamic {
         listen {
          type = coa
          ipaddr = {{listen.Host}}
          port = {{listen.Port}}
         }
         recv-coa {
          dynamic
          if (&Acct-Session-Id !~ /^known/) {
           update reply {
            Error-Cause := Session-Context-Not-Found
           }
           reject
          }
         }
        }

        """);

    /// <summary>Starts it after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        _process = await ChildProcess.StartAsync("FreeRADIUS", _folder, _executable, "-f", "-d", _folder, "-n", "radiusd", "-l", "stdout");
        await Expect.EventuallyAsync(
            () => Task.FromResult(_process.Exited.IsCompleted || RealPeer.HearsDatagrams(Listen) ? "yes" : null), _ready, $"FreeRADIUS to listen on {Listen}", _process.LogTail);
        Assert.False(_process.Exited.IsCompleted, $"expected FreeRADIUS to run; instead: {_process.LogTail()}");
    }

    /// <summary>Kills it: nobody hears at its address any more.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        await process.KillAsync();
        await process.DisposeAsync();
    }

    /// <summary>What it noted with `detail` in a file of its folder: the attributes of each packet as it prints them, in order.</summary>
    public IReadOnlyList<string> Detail(string file)
    {
        var path = Path.Combine(_folder, file);
        return File.Exists(path) ? File.ReadAllText(path).Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
    }

    /// <summary>Its last words.</summary>
    public string LogTail() => _process?.LogTail() ?? "(it does not run)";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    const string Common =
        """
        prefix = /usr
        name = radiusd
        logdir = FOLDER
        run_dir = FOLDER
        libdir = /usr/lib/freeradius
        raddbdir = FOLDER
        max_request_time = 30
        cleanup_delay = 5
        max_requests = 65536
        hostname_lookups = no
        log {
         destination = stdout
        }
        security {
         max_attributes = 250
         reject_delay = 0
         status_server = yes
        }
        thread pool {
         start_servers = 2
         max_servers = 4
         min_spare_servers = 1
         max_spare_servers = 4
         max_requests_per_server = 0
        }

        """;
}
