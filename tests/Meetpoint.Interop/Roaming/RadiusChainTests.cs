using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Roaming;

/// <summary>Devices of Liberty's customers at Albion's hotspots, by way of two exchanges that RADIUS over TLS joins, with FreeRADIUS on either end and radsecproxy before the home.</summary>
public sealed class RadiusChainTests(RoamingChain chain) : IClassFixture<RoamingChain>
{
    const string Alice = $"User-Name = \"alice@liberty.example\", User-Password = \"s3cret\", {RadClient.MessageAuthenticator}";
    static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    EapolTest Device => new(chain.NasAddress, RoamingChain.Secret);

    [Fact]
    public async Task Password_IsCarriedToItsHome_AndTheAnswerBack()
    {
        var answer = await chain.Nas.AskAsync(chain.Authentication, "auth", Alice + ", Proxy-State = 0x6f6e65");
        Assert.True(answer.Code == "Access-Accept", answer.Text + chain.Words);
        Assert.Equal(["0x6f6e65"], answer.Values("Proxy-State"));
        Assert.Equal(["0x616c696365"], answer.Values("Class"));
        Assert.Empty(answer.Values("Filter-Id"));
        Assert.Contains(chain.Home.Asked(), packet => packet.Contains("Operator-Name = \"1albion.example\"", StringComparison.Ordinal));
        Assert.Equal("alive", await RoamingChain.WayAsync(chain.Albion));
        Assert.Equal("alive", await RoamingChain.WayAsync(chain.Liberty));
    }

    [Theory]
    [InlineData("eap=TTLS phase2=\"auth=PAP\"")]
    [InlineData("eap=PEAP phase2=\"auth=MSCHAPV2\"")]
    public async Task Device_WithPassword_IsLetInWithKeys(string method) => EapolTest.AssertIn(await Device.RunAsync(chain.Authentication, WithPassword(method)));

    [Fact]
    public async Task Device_WithCertificate_IsLetInWithKeys() => EapolTest.AssertIn(await Device.RunAsync(chain.Authentication, WithCertificate()));

    [Fact]
    public async Task Device_BehindTheVisitedServer_IsLetInOverTlsAllTheWay()
    {
        var nas = new RadClient(chain.DeviceAddress, RoamingChain.Secret);
        var answer = await nas.AskAsync(chain.Visited.Listen, "auth", Alice, patience: 8);
        Assert.True(answer.Code == "Access-Accept", answer.Text + chain.Words);
        var device = new EapolTest(chain.DeviceAddress, RoamingChain.Secret);
        foreach (var network in (string[])[WithPassword("eap=TTLS phase2=\"auth=PAP\""), WithPassword("eap=PEAP phase2=\"auth=MSCHAPV2\""), WithCertificate()])
            EapolTest.AssertIn(await device.RunAsync(chain.Visited.Listen, network));
    }

    [Fact]
    public async Task WrongPassword_UnknownRealm_SpoofedOperator_AreRejected()
    {
        var wrong = await chain.Nas.AskAsync(chain.Authentication, "auth", Alice.Replace("s3cret", "guess", StringComparison.Ordinal));
        Assert.True(wrong.Code == "Access-Reject", wrong.Text);
        var nobody = await chain.Nas.AskAsync(chain.Authentication, "auth", Alice.Replace("liberty", "nowhere", StringComparison.Ordinal));
        Assert.True(nobody.Code == "Access-Reject", nobody.Text);
        var spoofed = await chain.Nas.AskAsync(chain.Authentication, "auth", Alice + ", Operator-Name = \"1liberty.example\"");
        Assert.True(spoofed.Code == "Access-Reject", spoofed.Text);
    }

    [Fact]
    public async Task Session_IsCountedByBothExchanges_AndReachesItsHome()
    {
        const string Session = "User-Name = \"alice@liberty.example\", Acct-Session-Id = \"chain-1\", NAS-Identifier = \"ap-1\", Calling-Station-Id = \"02-00-00-00-00-01\"";
        foreach (var status in (string[])["Acct-Status-Type = Start", "Acct-Status-Type = Stop, Acct-Session-Time = 60, Acct-Input-Octets = 1000, Acct-Output-Octets = 5000"])
        {
            var answer = await chain.Nas.AskAsync(chain.Accounting, "acct", $"{Session}, {status}");
            Assert.True(answer.Code == "Accounting-Response", answer.Text);
        }

        await Expect.EventuallyAsync(() => Task.FromResult(chain.Home.Accounted().Count(packet => packet.Contains("chain-1", StringComparison.Ordinal)) >= 2 ? "yes" : null), _soon, "both reports at home");
        foreach (var exchange in (DemoExchange[])[chain.Albion, chain.Liberty])
        {
            var sessions = await exchange.Api.GetAsync("roaming/sessions");
            var session = Assert.Single(sessions["items"]!.AsArray(), one => (string?)one!["accountingId"] == "chain-1")!;
            Assert.Equal(("albion", "liberty"), ((string?)session["visited"], (string?)session["home"]));
        }
    }

    [Fact]
    public async Task Session_IsEndedFromHome_AtItsAccessServer()
    {
        await using var access = await FreeRadius.StartDynamicAsync(chain.NasAddress.WithPort(3_799), RoamingChain.Secret);
        foreach (var session in (string[])["known-1", "known-2", "unknown-3"])
        {
            await chain.Nas.AskAsync(chain.Accounting, "acct", $"User-Name = \"bob@liberty.example\", NAS-Identifier = \"ap-2\", Acct-Session-Id = \"{session}\", Acct-Status-Type = Start");
            await Expect.EventuallyAsync(() => Task.FromResult(chain.Home.Accounted().Any(packet => packet.Contains($"\"{session}\"", StringComparison.Ordinal)) ? "yes" : null), _soon, "the Start at home");
        }

        var ended = await chain.Desk.AskAsync(chain.LibertyDynamic, "disconnect", "Acct-Session-Id = \"known-1\", NAS-Identifier = \"ap-2\"");
        Assert.True(ended.Code == "Disconnect-ACK", ended.Text + access.LogTail());
        var unknown = await chain.Desk.AskAsync(chain.LibertyDynamic, "disconnect", "Acct-Session-Id = \"unknown-3\", NAS-Identifier = \"ap-2\"");
        Assert.True(unknown.Code == "Disconnect-NAK", unknown.Text + access.LogTail());
        Assert.Equal(["Session-Context-Not-Found"], unknown.Values("Error-Cause"));

        var sessions = (await chain.Liberty.Api.GetAsync("roaming/sessions"))["items"]!.AsArray();
        var second = sessions.Single(one => (string?)one!["accountingId"] == "known-2")!;
        var done = await chain.Liberty.Api.SendAsync(HttpMethod.Post, $"roaming/sessions/{second["id"]}/disconnect", null);
        Assert.Equal("acknowledged", (string?)done["result"]);
        Assert.Equal(["known-1", "unknown-3", "known-2"], access.Detail("dynamic").Select(packet => packet.Split("Acct-Session-Id = \"")[1].Split('"')[0]));
        Assert.Equal("disconnected", (string?)(await chain.Albion.Api.GetAsync("roaming/sessions?state=closed"))["items"]!.AsArray().Single(one => (string?)one!["accountingId"] == "known-2")!["end"]);
    }

    [Fact]
    public async Task Certificate_OfSomebodyElse_IsRefused_AndSaid()
    {
        var mark = chain.AlbionLog.Mark();
        var (certificate, key) = chain.Certificate("stranger.example");
        await OpenSslClient.AskAsync(chain.OverTls, "radius.albion.example", Trusted(), (certificate, key), "", _soon);
        await chain.AlbionLog.LinesAsync(mark, "stranger.example");
    }

    string WithCertificate()
    {
        using var leaf = chain.Authority.Leaf(["alice.liberty.example"]);
        var (certificate, key) = chain.Authority.Write(leaf, chain.Folder, $"alice-{Guid.NewGuid():n}");
        return $"eap=TLS\n identity=\"alice@liberty.example\"\n ca_cert=\"{Trusted()}\"\n client_cert=\"{certificate}\"\n private_key=\"{key}\"";
    }

    string WithPassword(string method) =>
        $"{method.Replace(" ", "\n ", StringComparison.Ordinal)}\n identity=\"alice@liberty.example\"\n anonymous_identity=\"@liberty.example\"\n password=\"s3cret\"\n ca_cert=\"{Trusted()}\"";

    string Trusted()
    {
        var path = Path.Combine(chain.Folder, "ca.pem");
        if (!File.Exists(path))
            File.WriteAllText(path, chain.Authority.Pem);
        return path;
    }
}
