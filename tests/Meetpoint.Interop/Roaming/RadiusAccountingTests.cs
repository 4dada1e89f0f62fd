using System.Globalization;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Roaming;

/// <summary>Accounting through the hub: acknowledged once it is kept, and brought to the home whatever stops meanwhile, each once.</summary>
public sealed class RadiusAccountingTests(RadiusAccountingTests.OnItsOwn world) : IClassFixture<RadiusAccountingTests.OnItsOwn>
{
    /// <summary>Its servers are stopped, so it is nobody else's.</summary>
    public sealed class OnItsOwn() : RoamingWorld(181);

    [Fact]
    public async Task Session_FromStartToStop_ArrivesWithWhenAndWhere()
    {
        foreach (var status in (string[])["Start", "Interim-Update", "Stop"])
            await SendAsync("whole", status);
        var arrived = await ArrivedAsync("whole", 3);
        Assert.All(arrived, packet =>
        {
            Assert.Contains("Operator-Name = \"1albion.example\"", packet, StringComparison.Ordinal);
            Assert.Contains("Event-Timestamp = ", packet, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Request_SentTwice_ArrivesOnce()
    {
        // The same octets from the same port: radclient sends again what was not answered, and a killed exchange does not answer.
        var packet = AccountingPacket.Of("twice", RoamingWorld.Secret);
        Assert.Equal(2, await AccountingPacket.SendTwiceAsync(packet, world.NasAddress, world.Accounting));
        await SendAsync("after-twice", "Start");
        await ArrivedAsync("after-twice", 1);
        await ArrivedAsync("twice", 1);
    }

    [Fact]
    public async Task Home_ThatIsStopped_GetsItOnceItIsBack()
    {
        await world.First.StopAsync();
        await world.Second.StopAsync();
        foreach (var session in Enumerable.Range(0, 10))
            await SendAsync(string.Create(CultureInfo.InvariantCulture, $"stopped-{session}"), "Start");
        await world.First.StartAgainAsync();
        await world.Second.StartAgainAsync();
        await ArrivedAsync("stopped-", 10);
    }

    [Fact]
    public async Task Exchange_ThatIsKilled_BringsItAfterwards()
    {
        await world.First.StopAsync();
        await world.Second.StopAsync();
        foreach (var session in Enumerable.Range(0, 10))
            await SendAsync(string.Create(CultureInfo.InvariantCulture, $"killed-{session}"), "Stop");
        await world.RestartAsync(async () =>
        {
            await world.First.StartAgainAsync();
            await world.Second.StartAgainAsync();
        });
        await ArrivedAsync("killed-", 10);
    }

    async Task SendAsync(string session, string status)
    {
        var answer = await world.Nas.AskAsync(
            world.Accounting, "acct", $"User-Name = \"alice@liberty.example\", Acct-Status-Type = {status}, Acct-Session-Id = \"{session}\", NAS-Identifier = \"hotspot\"");
        Assert.True(answer.Code == "Accounting-Response", answer.Text);
    }

    /// <summary>What arrived of sessions whose id begins so, once there are as many; fails when there are more.</summary>
    async Task<List<string>> ArrivedAsync(string session, int count)
    {
        await Expect.EventuallyAsync(
            () => Task.FromResult(Find().Count >= count ? "yes" : null), BorderWorld.Soon, $"{count} accounting requests of {session} at home", () => $"{Find().Count}; {world.Exchange.Process.LogTail()}");
        Assert.Equal(count, Find().Count);
        return Find();

        List<string> Find() =>
            [.. world.First.Accounted().Concat(world.Second.Accounted()).Where(packet => packet.Contains($"Acct-Session-Id = \"{session}", StringComparison.Ordinal))];
    }
}
