using Meetpoint.Demo.World;

namespace Meetpoint.Interop.Worlds;

/// <summary>Two real exchanges, each a process, as the demonstration starts them, on addresses of their own.</summary>
public class TwoExchanges : IAsyncLifetime
{
    readonly WorldPlan _plan;

    /// <summary>On SQLite, with the mail sink.</summary>
    public TwoExchanges()
        : this(111)
    {
    }

    /// <summary>In 127.N.0.0.</summary>
    private protected TwoExchanges(int second) => _plan = WorldPlan.At(second);

    internal DemoWorld World { get; private set; } = null!;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("meetpoint-interop-").FullName;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        World = await PrepareAsync(_plan);
        await World.StartAsync(provider => provider == _plan.Albion.Id ? Network() : "");
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

    /// <summary>Albion's own network, which sends from a few addresses to the trunk listener.</summary>
    string Network() =>
        $"""
          - id: albion-network
            provider: {_plan.Albion.Id}
            kind: sip-trunk
            listener: trunk
            sourceAddresses: [{string.Join(", ", Enumerable.Range(60, 3).Select(last => _plan.Albion.Address(last, 0).Host))}]
            profile: sipp
        """;
}
