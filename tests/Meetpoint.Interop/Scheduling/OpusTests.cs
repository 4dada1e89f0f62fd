using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Scheduling;

/// <summary>Phones that speak Opus, in a meeting with one that speaks G.722.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class OpusTests(SchedulingWorld world)
{
    const int DoraHz = 620;
    const double ToneSeconds = 2;

    static TimeSpan Soon => SchedulingWorld.Soon;

    /// <summary>By the number that everyone may dial: code and PIN are pressed in early media, by a phone that has key presses by the clock of telephones alone.</summary>
    [Fact]
    public async Task Baresip_WithOpus_ComesInByCodeAndPin_AndIsHeardAndHears()
    {
        await using var dora = await StartDoraAsync();
        var alice = await world.PhoneAsync(world.World.Alice);
        await using var meeting = await world.ScheduleAsync("Opus", "--pin", "2468");
        var aliceDials = alice.DialAsync(meeting.AlbionUri, Soon);
        await meeting.AwaitAsync(world.World.Alice.Address, "EnteringPin");
        await alice.SendDigitsAsync("2468");
        await aliceDials;

        var dials = dora.DialAsync($"sip:{world.Albion.Party.EntryNumber}@albion.example", Soon);
        await Expect.EventuallyAsync(() => Task.FromResult(dora.HasSaid("183") ? "yes" : null), Soon, "Dora to be asked for the code");
        await dora.SendDigitsAsync(meeting.AlbionCode + "#");
        await meeting.AwaitAsync(dora.Account.Address, "EnteringPin");
        Assert.False(dials.IsCompleted, "nobody is let in before the PIN");
        await dora.SendDigitsAsync("2468");
        await dials;

        await Task.WhenAll(dora.HearsAsync(world.World.Alice.ToneHz, Soon, ToneSeconds), alice.HearsAsync(DoraHz, Soon, ToneSeconds));
        Assert.True(dora.HasSaid("opus 48000Hz"), "expected Dora's phone to say that it sends Opus");
        await dora.HangUpAsync();
        var own = Hearing.Of(await dora.RecordingAsync(), DoraHz)[0];
        Assert.True(own.HeardSeconds == 0, $"expected Dora not to hear her own tone; instead: {own}");
        await alice.HangUpAsync();
    }

    /// <summary>It offers key presses by three clocks, and Opus with copies against loss.</summary>
    [Fact]
    public async Task Linphone_WithOpus_IsHeardAndHears()
    {
        const int LenaHz = 740;
        var party = world.Albion.Party;
        var listen = party.Address(91, 5_060);
        await BorderWorld.ChangeAsync(world.Albion, document => BorderWorld.Add(
            document, "neighbours", $$"""{"id":"lena","provider":"{{party.Id}}","kind":"sip-trunk","listener":"udp","sourceAddresses":["{{listen.Host}}"]}"""));
        await using var lena = await LinphonePhone.StartAsync("lena@albion.example", listen, party.Sip, party.PhoneMediaPort(9), LenaHz);
        var alice = await world.PhoneAsync(world.World.Alice);
        await using var meeting = await world.ScheduleAsync("Opus from Linphone");

        await Task.WhenAll(alice.DialAsync(meeting.AlbionUri, Soon), lena.DialAsync(meeting.AlbionUri));
        await alice.HearsAsync(LenaHz, Soon, ToneSeconds);
        await lena.ListensAsync(ToneSeconds);
        var heard = Hearing.Of(await lena.HangUpAsync(), world.World.Alice.ToneHz)[0];
        await alice.HangUpAsync();

        Assert.True(heard.HeardSeconds > 1, $"expected Lena to hear Alice; instead: {heard}");
        var ladder = (await world.RunAsync(world.Albion, "trace", "lena@albion.example", "--last", "1")).Text;
        Assert.Matches(@"audio opus [0-9]", ladder); // the answer: that codec, and where
    }

    /// <summary>Dora's, an endpoint of Albion's, on an address of its own.</summary>
    async Task<BaresipPhone> StartDoraAsync()
    {
        var party = world.Albion.Party;
        var account = world.Carol.Account with
        {
            Name = "Dora",
            Address = "dora@albion.example",
            Listen = party.Address(90, 5_060),
            FirstMediaPort = party.PhoneMediaPort(8),
            ToneHz = DoraHz,
            Codecs = ["opus", "PCMA"],
        };
        await BorderWorld.ChangeAsync(world.Albion, document => BorderWorld.Add(document, "endpoints", $$$"""
            {"id":"dora-phone","organisation":"{{{party.OrganisationId}}}","kind":"phone","name":"Dora","sip":"{{{account.Address}}}","contact":"{{{account.Contact}}}","profile":"baresip",
             "digest":{"user":"{{{account.DigestUser}}}","secret":"{{{account.DigestSecret}}}"}}
            """));
        return await BaresipPhone.StartAsync(account, Path.Combine(world.World.Folder, "phones", "dora"), RealPeer.Require("baresip", "baresip-core"));
    }
}
