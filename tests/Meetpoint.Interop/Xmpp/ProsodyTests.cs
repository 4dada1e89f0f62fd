namespace Meetpoint.Interop.Xmpp;

/// <summary>Prosody as the other server.</summary>
public sealed class ProsodyTests(ProsodyTests.Fixture fixture) : NeighbourContract, IClassFixture<ProsodyTests.Fixture>
{
    private protected override XmppNetwork Network => fixture.Network;

    private protected override XmppNeighbour Neighbour => fixture.Neighbour!;

    /// <summary>One Prosody for all.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal XmppNetwork Network { get; } = new();

        internal XmppNeighbour? Neighbour { get; private set; }

        public async ValueTask InitializeAsync() => Neighbour = await Prosody.StartAsync(Network.Settings(false, isStranger: false, Domain, SecondDomain));

        public async ValueTask DisposeAsync()
        {
            if (Neighbour is not null)
                await Neighbour.DisposeAsync();
            await Network.DisposeAsync();
        }
    }
}
