namespace Meetpoint.Interop.Presence;

/// <summary>ejabberd as the XMPP server of another provider.</summary>
[Collection(PresenceCollection.Name)]
public sealed class EjabberdPresenceTests(PresenceWorld world) : XmppPresenceContract(world)
{
    [Fact]
    public async Task Presence_ExchangeKilledInTheMiddle_IsSeenBothWays() =>
        await SeesBothWaysOverACrashAsync(await World.EjabberdAsync(), PresenceWorld.Humber, registers: true);
}
