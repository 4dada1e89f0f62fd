namespace Meetpoint.Interop.Presence;

/// <summary>Prosody as the XMPP server of another provider.</summary>
[Collection(PresenceCollection.Name)]
public sealed class ProsodyPresenceTests(PresenceWorld world) : XmppPresenceContract(world)
{
    [Theory]
    [InlineData(PresenceWorld.Thames)]
    [InlineData(PresenceWorld.Severn)]
    public async Task Presence_ExchangeKilledInTheMiddle_IsSeenBothWays(string domain)
    {
        await using var prosody = await World.StartProsodyAsync(domain);
        await SeesBothWaysOverACrashAsync(prosody, domain);
    }
}
