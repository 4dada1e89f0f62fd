using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Presence;

/// <summary>baresip: phones whose calls are seen, a watcher with a contact list, and a publisher of its own state.</summary>
[Collection(PresenceCollection.Name)]
public sealed class BaresipPresenceTests(PresenceWorld world)
{
    const string Alice = "alice@albion.example";
    const string Dora = "dora@albion.example";

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Call_BetweenTwoPhones_BothAreShownOnThePhoneFromItsAnswerToItsEnd()
    {
        await using var desk = PresenceAgent.OverUdp(world.Watcher, world.Albion.Party.Trunk);
        await using var alice = await StartAsync(world.World.Alice.Account);
        await using var dora = await StartAsync(Account("dora", 3) with { Watched = [Alice], PublishSeconds = 60 });
        var watchers = new[] { await desk.WatchAsync(Alice, Dora), await desk.WatchAsync(Dora, Alice) };

        // Its own state is taken.
        await dora.GoOnlineAsync();
        await watchers[1].SeesAsync(static one => one.Contains("<basic>open</basic>", StringComparison.Ordinal), "Dora there by her own word", log: world.Albion.Process.LogTail);

        // The other phone has Alice among its contacts, and says nothing of her before she changes: she does until it has noticed.
        await using var publisher = PresenceAgent.OverUdp(world.Publisher, world.Albion.Party.Trunk);
        var tag = await publisher.PutAsync(Alice, Pidf.Available(Alice));
        var isAway = false;
        await SaysAsync(dora, $"<sip:{Alice}> changed status from ", async () =>
        {
            isAway = !isAway;
            tag = await publisher.PutAsync(Alice, isAway ? Pidf.Of(Alice, "<rpid:away/>") : Pidf.Available(Alice), tag);
        });
        await publisher.PublishAsync(Alice, "", tag, seconds: 0);

        await alice.DialAsync($"sip:{Dora}", Soon);
        foreach (var watching in watchers)
            await watching.SeesAsync(IsOnThePhone, $"{watching.Subscribe.Uri} on the phone", log: world.Albion.Process.LogTail);

        await SaysAsync(dora, "Busy", () => Task.CompletedTask);
        var seen = watchers.Select(watching => watching.Mark()).ToList();
        await alice.HangUpAsync();
        await dora.EndedAsync(Soon);
        for (var i = 0; i < watchers.Length; i++)
            await watchers[i].SeesAsync(static one => !IsOnThePhone(one), $"{watchers[i].Subscribe.Uri} free", seen[i], world.Albion.Process.LogTail);
        Assert.Contains("<basic>open</basic>", watchers[1].Notifications[^1].Message, StringComparison.Ordinal);
    }

    static Task SaysAsync(BaresipPhone phone, string text, Func<Task> again) => Expect.EventuallyAsync(
        async () =>
        {
            if (phone.HasSaid(text))
                return "yes";
            await again();
            return null;
        },
        Soon, $"{phone.Account.Name} to say '{text}'");

    static bool IsOnThePhone(string notify) => notify.Contains("<rpid:on-the-phone", StringComparison.Ordinal);

    PhoneAccount Account(string name, int number) => new()
    {
        Name = name,
        Address = $"{name}@albion.example",
        Listen = world.Albion.Party.Phone(number),
        FirstMediaPort = world.Albion.Party.PhoneMediaPort(number),
        NameServer = world.World.Plan.NameServer,
        DigestUser = name,
        DigestSecret = PresenceWorld.Secret,
        Registrar = $"sip:{world.Albion.Party.Sip};transport=udp",
        ToneHz = 0,
        AnswersByItself = true,
    };

    static async Task<BaresipPhone> StartAsync(PhoneAccount account) =>
        await BaresipPhone.StartAsync(account, RealPeer.NewFolder("baresip"), RealPeer.Require("baresip", "baresip-core"));
}
