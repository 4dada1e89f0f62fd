namespace Meetpoint.Tests.Support;

/// <summary>Tests of what the API shows to providers: each has a running exchange with the sample world, and a client of Albion's and one of Liberty's.</summary>
public abstract class ProviderApiTests : IAsyncLifetime
{
    private protected TestExchange Exchange { get; private set; } = null!;

    /// <summary>With a key that is scoped to Albion.</summary>
    private protected HttpClient Albion { get; private set; } = null!;

    /// <summary>With a key that is scoped to Liberty.</summary>
    private protected HttpClient Liberty { get; private set; } = null!;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Exchange = await TestExchange.StartAsync(more: Configuration);
        (Albion, _) = await Exchange.WithKeyAsync("albion");
        (Liberty, _) = await Exchange.WithKeyAsync("liberty");
    }

    public async ValueTask DisposeAsync()
    {
        Albion.Dispose();
        Liberty.Dispose();
        await Exchange.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Further lines of meetpoint.yaml.</summary>
    private protected virtual string Configuration => "";
}
