using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Worlds;
using Meetpoint.Media.Audio;

namespace Meetpoint.Interop;

/// <summary>The cascade between two processes is lost, and is there again, with new keys, within five seconds of the link's being back.</summary>
public sealed class CascadeAgainTests(CascadeAgainTests.Pair exchanges) : IClassFixture<CascadeAgainTests.Pair>
{
    /// <summary>Within which a cascade is opened anew.</summary>
    static readonly TimeSpan Reopened = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>A pair of exchanges of its own.</summary>
    public sealed class Pair() : TwoExchanges(119)
    {
        readonly Dictionary<string, Phone> _phones = [];

        /// <summary>A resident's phone: our own, whose recording can be read while it is in a call.</summary>
        internal async Task<Phone> PhoneAsync(Resident resident) =>
            _phones.TryGetValue(resident.User, out var phone) ? phone : _phones[resident.User] = await World.StartPhoneAsync(resident, preferOwn: true);
    }

    [Fact]
    public async Task Tone_WhenTheOtherExchangeStoodStillAndGoesOn_CrossesUnderNewKeysWithinFiveSeconds()
    {
        var world = exchanges.World;
        var (alice, bob, booking) = await MeetAsync("Still");
        var openings = await OpeningsAsync(world.Albion, booking.Id);

        await world.Liberty.SignalAsync("STOP");
        int heard;
        try
        {
            await EventAsync(world.Albion, booking.Id, "cascade.down");
            heard = (await bob.RecordingAsync()).Samples.Length; // nothing comes to him now: what he has is from before
        }
        finally
        {
            await world.Liberty.SignalAsync("CONT");
        }

        await Task.WhenAll(HearsNowAsync(alice, world.Bob.ToneHz, Reopened), HearsNowAsync(bob, world.Alice.ToneHz, Reopened, heard));
        Assert.True(await OpeningsAsync(world.Albion, booking.Id) > openings, "expected another opening, which has new keys");
        await alice.HangUpAsync();
        await bob.HangUpAsync();
    }

    [Fact]
    public async Task Tone_WhenTheFocusWasKilledAndIsBack_CrossesWithinFiveSecondsOfDialling()
    {
        var world = exchanges.World;
        var (alice, bob, booking) = await MeetAsync("Killed");

        await world.Albion.Process.KillAsync();
        await world.Albion.Process.DisposeAsync();
        await world.Albion.StartAsync();
        await alice.HangUpAsync();
        await alice.DialAsync(booking.AlbionUri, Soon);

        await BothHearAsync(alice, bob, Reopened);
        await alice.HangUpAsync();
        await bob.HangUpAsync();
    }

    async Task<(Phone Alice, Phone Bob, Booking Booking)> MeetAsync(string title)
    {
        var world = exchanges.World;
        var alice = await exchanges.PhoneAsync(world.Alice);
        var bob = await exchanges.PhoneAsync(world.Bob);
        var booking = await Booking.OfAsync(world, title);
        await alice.DialAsync(booking.AlbionUri, Soon);
        await bob.DialAsync(booking.LibertyUri, Soon);
        await BothHearAsync(alice, bob, Soon);
        return (alice, bob, booking);
    }

    Task BothHearAsync(Phone alice, Phone bob, TimeSpan limit) => Task.WhenAll(
        HearsNowAsync(alice, exchanges.World.Bob.ToneHz, limit), HearsNowAsync(bob, exchanges.World.Alice.ToneHz, limit));

    /// <summary>The newest half second of what it hears is the tone, and came after so many samples.</summary>
    static Task HearsNowAsync(Phone phone, int hz, TimeSpan limit, int after = 0) => phone.HearsAsync(
        heard =>
        {
            var newest = heard.Samples.Span[Math.Max(after, heard.Samples.Length - (heard.SampleRate / 2))..];
            return newest.Length >= heard.SampleRate / 2 && ToneMeter.Contains(newest, hz, heard.SampleRate);
        },
        limit, $"{hz} Hz now");

    static async Task<int> OpeningsAsync(DemoExchange exchange, string meeting) =>
        (await EventsAsync(exchange, meeting)).Count(each => (string?)each!["code"] == "cascade.up");

    static Task EventAsync(DemoExchange exchange, string meeting, string code) => Expect.EventuallyAsync<object>(
        async () => (await EventsAsync(exchange, meeting)).FirstOrDefault(each => (string?)each!["code"] == code), Soon, $"{code} at {exchange.Party.Domain}");

    /// <summary>A meeting's correlation id follows from its own.</summary>
    static async Task<JsonArray> EventsAsync(DemoExchange exchange, string meeting) =>
        (await exchange.Api.GetAsync($"events?correlation={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(meeting)).AsSpan(0, 16))}"))["items"]!.AsArray();
}
