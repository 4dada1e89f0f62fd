using Meetpoint.Demo.World;

namespace Meetpoint.Interop.Worlds;

/// <summary>Two real exchanges, each a process, as the demonstration starts them, on addresses of their own.</summary>
public class TwoExchanges : IAsyncLifetime
{
    readonly string _network;
    readonly int _firstMediaPort;

    /// <summary>On SQLite, with the mail sink.</summary>
    public TwoExchanges()
        : this("127.41", 40_000)
    {
    }

    private protected TwoExchanges(string network, int firstMediaPort)
    {
        _network = network;
        _firstMediaPort = firstMediaPort;
    }

    internal DemoWorld World { get; private set; } = null!;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("meetpoint-interop-").FullName;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        World = await PrepareAsync(new WorldPlan { Network = _network, FirstMediaPort = _firstMediaPort });
        await World.StartAsync(More);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (World is not null)
            await World.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<DemoWorld> PrepareAsync(WorldPlan plan) => DemoWorld.PrepareAsync(plan, Path.Combine(Folder, "world"));

    /// <summary>Further neighbours in a provider's world: its own network, which sends from two addresses to the trunk listener.</summary>
    static string More(string provider) => provider != "albion" ? "" :
        """
          - id: albion-network
            provider: albion
            kind: sip-trunk
            listener: trunk
            sourceAddresses: [127.41.1.60, 127.41.1.61, 127.42.1.60, 127.43.1.60]
            profile: sipp
        """;
}
