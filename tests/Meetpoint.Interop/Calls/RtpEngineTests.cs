using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Calls;

/// <summary>A call whose media one provider's network relays by an rtpengine of its own, behind its Kamailio.</summary>
public sealed class RtpEngineTests(ChainWorld chain) : IClassFixture<ChainWorld>
{
    const double ToneSeconds = 2;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Tones_OfAnAnchoredCall_GoThroughTheExchangeAndTheProvidersOwnRelay()
    {
        RealPeer.Require("baresip", "baresip-core");
        await using var engine = await RtpEngine.StartAsync(chain.Albion.Party.Address(64, 0));
        await using var proxy = await chain.UseMediaRelayAsync("anchored", "north");
        var party = chain.Albion.Party;
        await using var alice = await Phone.StartAsync(chain.World.Alice.Account, RealPeer.NewFolder("baresip"));
        await using var north = await Phone.StartAsync(
            chain.World.Alice.Account with
            {
                Name = "North", Address = "north@thames.example", Listen = chain.NorthPhone, FirstMediaPort = party.PhoneMediaPort(7), ToneHz = 880, AnswersByItself = true,
            },
            RealPeer.NewFolder("baresip"));

        await alice.DialAsync("sip:+442100000001@albion.example;user=phone", Soon);
        await north.AnsweredAsync(Soon);
        await Task.WhenAll(north.HearsAsync(alice.Account.ToneHz, Soon, ToneSeconds), alice.HearsAsync(880, Soon, ToneSeconds));

        Assert.Equal("anchored", (string?)Assert.Single((await chain.Albion.Api.GetAsync("calls"))["items"]!.AsArray())!["mode"]);
        var query = engine.Query();
        Assert.True(Has(query, party.Sip.Host) && Has(query, chain.NorthPhone.Host), $"expected rtpengine between exchange and phone; instead: {query}");
        Assert.DoesNotContain(chain.World.Alice.Account.Listen.Host + "e", query, StringComparison.Ordinal);
        await alice.HangUpAsync();
        await north.EndedAsync(Soon);

        static bool Has(string query, string host) => query.Contains($"7:address{host.Length}:{host}", StringComparison.Ordinal);
    }
}
