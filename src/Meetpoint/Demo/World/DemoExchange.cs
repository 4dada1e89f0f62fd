using System.Globalization;
using Meetpoint.Configuration;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Demo.World;

/// <summary>One exchange of the world: a `meetpoint serve` process with a folder of its own.</summary>
sealed class DemoExchange : IAsyncDisposable
{
    /// <summary>Starting on a loaded machine.</summary>
    static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    DemoExchange(PartyPlan party, string folder, string identityKey)
    {
        Party = party;
        Folder = folder;
        IdentityKey = identityKey;
        Socket = SocketPath(folder);
        Api = new ExchangeApi(party.Domain, Socket);
    }

    /// <summary>Whose it is.</summary>
    public PartyPlan Party { get; }

    /// <summary>Its configuration, keys and store.</summary>
    public string Folder { get; }

    /// <summary>Thumbprint of its identity key.</summary>
    public string IdentityKey { get; }

    /// <summary>Path of its administration socket.</summary>
    public string Socket { get; }

    /// <summary>Its API.</summary>
    public ExchangeApi Api { get; }

    /// <summary>The process that runs now.</summary>
    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Variables that its next process has on top of ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>Path of its configuration.</summary>
    public string ConfigurationPath => Path.Combine(Folder, "meetpoint.yaml");

    /// <summary>Path of the world that was applied.</summary>
    public string WorldPath => Path.Combine(Folder, "world.yaml");

    /// <summary>Writes the configuration and makes the identity key; nothing runs yet.</summary>
    public static async Task<DemoExchange> PrepareAsync(PartyPlan party, string folder, string? postgres = null)
    {
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        using var key = Exchange.Nni.IdentityKey.LoadOrCreate(Path.Combine(data, "identity.pem"));
        var exchange = new DemoExchange(party, folder, key.Thumbprint);
        await File.WriteAllTextAsync(exchange.ConfigurationPath, WorldFiles.Configuration(party, exchange.Socket, postgres));
        return exchange;
    }

    /// <summary>Adds sections to the configuration, before it is started.</summary>
    public Task AddConfigurationAsync(string sections) => File.AppendAllTextAsync(ConfigurationPath, sections);

    /// <summary>Starts the process and waits until it answers.</summary>
    /// <returns>How long it took from start to ready.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        Process = await ChildProcess.StartAsync(Party.Domain, Folder, Environment, Executable, ["serve", "--config", ConfigurationPath]);
        var ready = Expect.EventuallyAsync(() => Api.TryGetAsync("/health/ready"), ReadyLimit, $"{Party.Domain} to be ready", Process.LogTail);
        if (await Task.WhenAny(ready, Process.Exited) == Process.Exited)
            throw new DemoFailedException($"expected {Party.Domain} to be ready; instead it ended with {await Process.Exited}: {Process.LogTail()}");
        await ready;
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Writes world.yaml and applies it through the API.</summary>
    public async Task ApplyAsync(string world)
    {
        await File.WriteAllTextAsync(WorldPath, world);
        var tree = YamlTree.Parse(world);
        if (tree.Faults.Count > 0)
            throw new DemoFailedException($"expected {WorldPath} to be YAML; instead: {string.Join("; ", tree.Faults)}");
        await Api.SendAsync(HttpMethod.Post, "world", tree.Root);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (Process is not null)
            await Process.DisposeAsync();
    }

    static string Executable => Path.Combine(AppContext.BaseDirectory, "meetpoint");

    /// <summary>Beside the configuration, unless that path is longer than a socket's may be (108 bytes with its end).</summary>
    static string SocketPath(string folder)
    {
        var near = Path.Combine(folder, "admin.sock");
        return System.Text.Encoding.UTF8.GetByteCount(near) <= 100 ? near
            : Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"meetpoint-{System.Environment.ProcessId}-{Path.GetFileName(folder)}.sock"));
    }
}
