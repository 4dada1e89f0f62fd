using System.Globalization;
using Meetpoint.Demo.Systems;
using Meetpoint.Demo.World;

namespace Meetpoint.Demo.Story;

/// <summary>Presence both ways: a desk phone is lifted, and a client of another make shows it; she sets away, and the phone's side shows that; another provider's XMPP user sees both.</summary>
sealed class PresenceStory(DemoWorld world, Narrator narrator, StoryReport report)
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    readonly PresencePlan _plan = new(world.Plan);

    /// <summary>Tells it.</summary>
    public async Task RunAsync()
    {
        narrator.Chapter("Presence both ways, between systems of three makes");
        var exchange = world.Albion.Party.Trunk;
        await using var phones = new CiscoStandIn(_plan.Cisco, exchange);
        await using var clients = new MicrosoftStandIn(_plan.Microsoft, exchange);
        await using var chat = new ChatServer(_plan.ChatDomain, _plan.Chat, world.Plan.NameServer);
        narrator.Detail("the call control and the client's server are stand-ins that speak what the vendors have published; the XMPP server is Meetpoint's own library");

        Check(await phones.LiftAsync(_plan.Carol, false), "the call control publishes Carol's line");
        var dora = clients.Watch(_plan.Dora, _plan.Carol);
        var carol = phones.Watch(_plan.Carol, _plan.Dora);
        chat.Subscribe(_plan.Juliet, _plan.Carol);
        chat.Subscribe(_plan.Juliet, _plan.Dora);
        await narrator.WaitingAsync("Dora's client is told of Carol", dora.SaysAsync(">3500<", Soon));
        await narrator.WaitingAsync("Carol's phone is told of Dora", carol.SaysAsync("available", Soon));
        await narrator.WaitingAsync("the XMPP user is told of both", Task.WhenAll(chat.ShowsAsync(_plan.Carol, "available", Soon), chat.ShowsAsync(_plan.Dora, "available", Soon)));
        narrator.Say($"{_plan.Dora} (Microsoft style) watches {_plan.Carol} (Cisco style), she watches her, and {_plan.Juliet} (XMPP) watches both: all are free");

        var began = narrator.Seconds;
        Check(await phones.LiftAsync(_plan.Carol, true), "Carol lifts her phone");
        await dora.SaysAsync("on-the-phone", Soon);
        report.OnThePhoneMs = Math.Round((narrator.Seconds - began) * 1_000);
        narrator.Say(string.Create(CultureInfo.InvariantCulture, $"Carol lifts her phone: {report.OnThePhoneMs} ms later Dora's client shows her on the phone, in its own dialect"));
        await narrator.WaitingAsync("the XMPP user hears of it", chat.ShowsAsync(_plan.Carol, "dnd On the phone", Soon));
        narrator.Say($"{_plan.Juliet} sees: do not disturb, \"On the phone\"");

        began = narrator.Seconds;
        clients.Choose(_plan.Dora.Split('@')[0], 15_500);
        await carol.SaysAsync("away", Soon);
        report.AwayMs = Math.Round((narrator.Seconds - began) * 1_000);
        narrator.Say(string.Create(CultureInfo.InvariantCulture, $"Dora sets \"away\" in her client: {report.AwayMs} ms later Carol's phone shows it"));
        await narrator.WaitingAsync("the XMPP user hears of it", chat.ShowsAsync(_plan.Dora, "away", Soon));

        Check(await phones.LiftAsync(_plan.Carol, false), "Carol hangs up");
        await narrator.WaitingAsync("it is cleared everywhere", Task.WhenAll(dora.SaysAsync(">3500<", Soon), chat.ShowsAsync(_plan.Carol, "available", Soon)));
        narrator.Say("Carol hangs up: she is free everywhere");
    }

    static void Check(int status, string what)
    {
        if (status is < 200 or > 299)
            throw new DemoFailedException($"expected 200 when {what}; instead: {status}");
    }
}
