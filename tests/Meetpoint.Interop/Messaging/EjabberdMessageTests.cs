using Meetpoint.Interop.Presence;

namespace Meetpoint.Interop.Messaging;

/// <summary>ejabberd as the XMPP server of another provider.</summary>
[Collection(PresenceCollection.Name)]
public sealed class EjabberdMessageTests(PresenceWorld world) : XmppMessageContract(world)
{
    [Fact]
    public async Task Messages_BothWays_AreExactAndFailuresAreToldToTheirSender() => await TalkAsync(await World.EjabberdAsync(), PresenceWorld.Humber, registers: true);
}
