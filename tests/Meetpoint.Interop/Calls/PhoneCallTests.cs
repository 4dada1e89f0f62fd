using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Calls;

/// <summary>Plain calls between providers by phones that people use, with a tone each way that the other side hears.</summary>
[Collection(BorderCollection.Name)]
public sealed class PhoneCallTests(BorderWorld border)
{
    /// <summary>For which each hears the other.</summary>
    const double ToneSeconds = 2;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Baresip_CallsBaresipAcrossTwoExchanges_AndEachHearsTheOther(string mode)
    {
        RealPeer.Require("baresip", "baresip-core");
        await BorderWorld.ChangeAsync(border.Liberty, world => Boardroom(world)["number"] = "+12125550177");
        try
        {
            await border.WhileBothAmendAsync(
                agreement =>
                {
                    agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "call" });
                    agreement["calls"] = new JsonObject { ["mode"] = mode };
                },
                async () =>
                {
                    await using var alice = await StartAsync(border.World.Alice.Account);
                    await using var boardroom = await StartAsync(border.World.Boardroom.Account);

                    await alice.DialAsync("sip:+12125550177@albion.example;user=phone", Soon);
                    await boardroom.AnsweredAsync(Soon);

                    Assert.Equal(mode, (string?)Assert.Single((await border.Albion.Api.GetAsync("calls"))["items"]!.AsArray())!["mode"]);
                    await Task.WhenAll(
                        boardroom.HearsAsync(alice.Account.ToneHz, Soon, ToneSeconds), alice.HearsAsync(boardroom.Account.ToneHz, Soon, ToneSeconds));
                    await alice.HangUpAsync();
                    await boardroom.EndedAsync(Soon);
                });
        }
        finally
        {
            await BorderWorld.ChangeAsync(border.Liberty, world => Boardroom(world).Remove("number"));
        }

        static JsonObject Boardroom(JsonObject world) => world["endpoints"]!.AsArray().Single(endpoint => (string?)endpoint!["id"] == "boardroom")!.AsObject();
    }

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Linphone_OfOneProvider_CallsBaresipOfAnotherAndEachHearsTheOther(string mode)
    {
        RealPeer.Require("baresip", "baresip-core");
        await border.AgreeAsync($"\"stage\":\"commercial\",\"services\":[{{\"service\":\"call\"}}],\"calls\":{{\"mode\":\"{mode}\"}}");
        await using var carol = await LinphonePhone.StartAsync(
            "carol@thames.example", border.ThamesTrunk, border.Albion.Party.Trunk, border.Albion.Party.PhoneMediaPort(7), toneHz: 440);
        await using var salon = await StartAsync(border.World.Alice.Account with
        {
            Name = "Salon", Address = "salon@albion.example", Listen = border.Salon, FirstMediaPort = border.Albion.Party.PhoneMediaPort(4), ToneHz = 880, AnswersByItself = true,
        });

        await carol.DialAsync("sip:salon@albion.example");
        await salon.AnsweredAsync(Soon);

        await Task.WhenAll(salon.HearsAsync(440, Soon, ToneSeconds), carol.ListensAsync(ToneSeconds + 1));
        var heard = Hearing.Of(await carol.HangUpAsync(), 880)[0];
        await salon.EndedAsync(Soon);

        Assert.True(heard.HeardSeconds >= ToneSeconds, $"expected Linphone to hear 880 Hz for {ToneSeconds} s; instead: {heard}");
    }

    static async Task<Phone> StartAsync(PhoneAccount account)
    {
        var phone = await Phone.StartAsync(account, RealPeer.NewFolder("baresip"));
        Assert.IsType<BaresipPhone>(phone);
        return phone;
    }
}
