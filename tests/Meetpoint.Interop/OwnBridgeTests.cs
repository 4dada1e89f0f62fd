using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop;

/// <summary>A half that is a customer's own bridge, with people on it of whom the exchange knows nothing: dialled as one participant.</summary>
[Collection(BorderCollection.Name)]
public sealed class OwnBridgeTests(BorderWorld border)
{
    const int AnnHz = 520;
    const int BenHz = 1_000;

    /// <summary>For which everyone hears everyone else.</summary>
    const double TalkSeconds = 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bridge_OfOneProvider_IsOneParticipantThatTheOthersCustomerHearsAndIsHeardBy(bool isOrganisers)
    {
        var (own, far) = isOrganisers ? (border.Albion, border.World.Bob) : (border.Liberty, border.World.Alice);
        var at = own.Party.Address(90, 5_060);
        var address = $"bridge@{own.Party.Domain}";
        await BorderWorld.ChangeAsync(own, world => BorderWorld.Add(
            world, "endpoints", $$"""{"id":"bridge","organisation":"{{own.Party.OrganisationId}}","kind":"bridge","name":"Bridge","sip":"{{address}}","contact":"sip:bridge@{{at}}","listed":true}"""));
        var folder = Path.Combine(border.World.Folder, "bridge", own.Party.Id);
        await using var bridge = await LinphoneBridge.StartAsync(at, own.Party.PhoneMediaPort(7));
        // Our own, as baresip stops recording when the bridge holds a call for a moment.
        await using var ann = await Phone.StartAsync(new Resident(own.Party, 5, "ann", "Ann", AnnHz).Account, Path.Combine(folder, "ann"), preferOwn: true);
        await using var ben = await Phone.StartAsync(new Resident(own.Party, 6, "ben", "Ben", BenHz).Account, Path.Combine(folder, "ben"), preferOwn: true);
        await using var other = await Phone.StartAsync(far.Account, Path.Combine(folder, far.User));
        await ann.DialAsync($"sip:bridge@{at}", BorderWorld.Soon);
        await ben.DialAsync($"sip:bridge@{at}", BorderWorld.Soon);
        await bridge.JoinAsync(1);
        await bridge.JoinAsync(2);

        var booking = await Booking.OfAsync(border.World, "With a bridge", request => request["rooms"] = new JsonArray(address));
        await bridge.JoinAsync(3);
        await bridge.LeaveAsync();
        await other.DialAsync(isOrganisers ? booking.LibertyUri : booking.AlbionUri, BorderWorld.Soon);
        await HearAsync(other, AnnHz, BenHz);
        await HearAsync(ann, BenHz, far.ToneHz);
        await HearAsync(ben, AnnHz, far.ToneHz);
        var there = (await own.Api.GetAsync($"meetings/{booking.Id}/participants"))["participants"]!.AsArray().Select(entry => (string?)entry!["address"]).Order().ToList();
        await other.HangUpAsync();
        var (byAnn, byBen) = (await ann.RecordingAsync(), await ben.RecordingAsync());
        // The first call of a mix that ends ends Linphone's daemon too (5.1.65), so that this is the end of its others as well.
        await border.Albion.Api.SendAsync(HttpMethod.Delete, $"meetings/{booking.Id}", (JsonObject?)null, ("If-Match", "*"));
        await ann.HangUpAsync();
        await ben.HangUpAsync();

        Assert.Equal(new[] { address, far.Address }.Order(), there);
        NotHeard(await other.RecordingAsync(), far.Name, far.ToneHz);
        NotHeard(byAnn, "Ann", AnnHz);
        NotHeard(byBen, "Ben", BenHz);
        foreach (var exchange in border.World.Exchanges)
            await OneUsageAsync(exchange, booking.Id, address);
    }

    static async Task HearAsync(Phone phone, params int[] tonesHz)
    {
        foreach (var hz in tonesHz)
            await phone.HearsAsync(hz, BorderWorld.Soon, TalkSeconds);
    }

    static void NotHeard(Media.Audio.WavFile recording, string who, int ownHz)
    {
        var own = Hearing.Of(recording, ownHz)[0];
        Assert.True(own.HeardSeconds == 0, $"expected {who} not to hear their own tone; instead: {own}");
    }

    /// <summary>However many are on the bridge, it is one participant of the statement, and both exchanges agree on it.</summary>
    static async Task OneUsageAsync(DemoExchange exchange, string meeting, string address)
    {
        var records = await Expect.EventuallyAsync(
            async () => (await exchange.Api.TryGetAsync($"usage?meeting={meeting}"))?["items"] is JsonArray items
                && items.Count > 2 && items.All(item => (string?)item!["state"] == "agreed") ? items : null,
            BorderWorld.Soon, $"agreed usage of {meeting} at {exchange.Party.Domain}", exchange.Process.LogTail);
        var one = Assert.Single(records, record => (string?)record!["unit"] == "participant-minute" && (string?)record["party"] == address);
        Assert.InRange((double)one!["billableMs"]!, TalkSeconds * 1_000, 60_000);
    }
}
