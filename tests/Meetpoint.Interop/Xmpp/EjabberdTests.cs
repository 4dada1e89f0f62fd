namespace Meetpoint.Interop.Xmpp;

/// <summary>ejabberd as the other server.</summary>
public sealed class EjabberdTests(EjabberdTests.Fixture fixture) : NeighbourContract, IClassFixture<EjabberdTests.Fixture>
{
    private protected override XmppNetwork Network => fixture.Network;

    private protected override XmppNeighbour Neighbour => fixture.Neighbour!;

    private protected override bool Registers => true;

    /// <summary>One ejabberd for all: its start takes long.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal XmppNetwork Network { get; } = new(namesAddresses: true);

        internal XmppNeighbour? Neighbour { get; private set; }

        public async ValueTask InitializeAsync() => Neighbour = await Ejabberd.StartAsync(Network.Settings(false, isStranger: false, Domain, SecondDomain));

        public async ValueTask DisposeAsync()
        {
            if (Neighbour is not null)
                await Neighbour.DisposeAsync();
            await Network.DisposeAsync();
        }
    }
}
