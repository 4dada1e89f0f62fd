using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Roaming;

/// <summary>Home servers that are not there, and a visited network's own proxy before the hub.</summary>
public sealed class RadiusOutageTests(RadiusOutageTests.OnItsOwn world) : IClassFixture<RadiusOutageTests.OnItsOwn>
{
    const string Alice = "User-Name = \"alice@liberty.example\", User-Password = \"s3cret\", " + RadClient.MessageAuthenticator;

    /// <summary>Its servers are stopped, so it is nobody else's.</summary>
    public sealed class OnItsOwn() : RoamingWorld(182);

    [Fact]
    public async Task Home_StoppedUnderLoad_IsStoodInForByTheOther()
    {
        var (before, requests) = (world.Second.Asked().Count, Enumerable.Repeat(Alice, 60));
        var first = await world.Nas.AskAsync(world.Authentication, "auth", requests, patience: 3, tries: 4);
        await world.First.StopAsync();
        var second = await world.Nas.AskAsync(world.Authentication, "auth", requests, patience: 3, tries: 4);
        await world.First.StartAgainAsync();
        Assert.True(first.Codes.Count == 60 && first.Codes.All(code => code == "Access-Accept"), first.Text);
        Assert.True(second.Codes.Count == 60 && second.Codes.All(code => code == "Access-Accept"), second.Text);
        Assert.InRange(world.Second.Asked().Count - before, 60, 120);
    }

    [Fact]
    public async Task Device_OfARealmWhoseHomeIsDown_IsToldSoAtOnce()
    {
        var password = Alice.Replace("liberty", "severn", StringComparison.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.Nas.AskAsync(world.Authentication, "auth", password, patience: 0.5)));
        await Expect.EventuallyAsync(
            async () => (await world.Nas.AskAsync(world.Authentication, "auth", password, patience: 0.5)).Code == "Access-Reject" ? "yes" : null, BorderWorld.Soon, "the hub to know that the home is down",
            world.Exchange.Process.LogTail);
        var output = await new EapolTest(world.NasAddress, RoamingWorld.Secret).RunAsync(
            world.Authentication, "eap=TTLS\n identity=\"alice@severn.example\"\n anonymous_identity=\"@severn.example\"\n password=\"s3cret\"\n phase2=\"auth=PAP\"");
        Assert.Contains("code=3 (Access-Reject)", output, StringComparison.Ordinal);
        Assert.Contains("EAP: Received EAP-Failure", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_OfTheVisitedNetwork_IsCarriedThrough()
    {
        await using var proxy = await FreeRadius.StartAsync(world.Address(30, 1_812), VisitedProxy());
        var nas = new RadClient(world.Address(40, 0), RoamingWorld.Secret);
        var answer = await nas.AskAsync(proxy.Listen, "auth", Alice + ", Proxy-State = 0x6f6e65");
        Assert.True(answer.Code == "Access-Accept", answer.Text + proxy.LogTail());
        Assert.Equal(["0x6f6e65"], answer.Values("Proxy-State"));
        var device = new EapolTest(world.Address(40, 0), RoamingWorld.Secret);
        var trusted = Path.Combine(world.Folder, "proxy-ca.pem");
        await File.WriteAllTextAsync(trusted, world.Authority.Pem, TestContext.Current.CancellationToken);
        EapolTest.AssertIn(await device.RunAsync(
            proxy.Listen, $"eap=TTLS\n identity=\"alice@liberty.example\"\n anonymous_identity=\"@liberty.example\"\n password=\"s3cret\"\n phase2=\"auth=PAP\"\n ca_cert=\"{trusted}\""));
    }

    string VisitedProxy() =>
        $$"""
        proxy_requests = yes
        client devices {
         ipaddr = {{world.Address(40, 0).Host}}
         secret = {{RoamingWorld.Secret}}
        }
        proxy server {
         default_fallback = no
        }
        home_server exchange {
         type = auth
         ipaddr = {{world.Authentication.Host}}
         port = {{world.Authentication.Port}}
         secret = {{RoamingWorld.Secret}}
         src_ipaddr = {{world.NasAddress.Host}}
         response_window = 8
         status_check = status-server
        }
        home_server_pool exchanges {
         type = fail-over
         home_server = exchange
        }
        realm liberty.example {
         auth_pool = exchanges
         nostrip
        }
        modules {
         realm suffix {
          format = suffix
          delimiter = "@"
         }
        }
        server default {
         listen {
          type = auth
          ipaddr = {{world.Address(30, 0).Host}}
          port = 1812
         }
         authorize {
          suffix
         }
        }

        """;
}
