using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Demo.Story;

/// <summary>The main job, as it happens: a meeting across two providers is booked, held, left and paid for. Says only what it saw.</summary>
/// <remarks>Ends in <see cref="DemoFailedException"/> at the first thing that does not hold.</remarks>
sealed class DemoStory(DemoWorld world, Narrator narrator, StoryReport report, IClock clock)
{
    /// <summary>From the booking to the meeting's start: time for the invitations to be seen first.</summary>
    const int StartsInSeconds = 8;

    static readonly TimeSpan TalkTime = TimeSpan.FromSeconds(6);
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    readonly Resident _alice = world.Alice;
    readonly Resident _bob = world.Bob;
    readonly Resident _boardroom = world.Boardroom;

    /// <summary>Tells all of it.</summary>
    /// <param name="preferOwn">True takes our own user agent though baresip is installed.</param>
    public async Task RunAsync(bool preferOwn)
    {
        var phones = await StartPhonesAsync(preferOwn);
        await LookUpAsync();
        var (meeting, start) = await ScheduleAsync();
        await ReceiveInvitationsAsync((string)meeting["uid"]!);
        await MeetAsync((string)meeting["id"]!, start, phones);
        await MeasureAsync(phones);
        await new MoneyStory(world, narrator, report).RunAsync((string)meeting["id"]!);
    }

    async Task<Phone[]> StartPhonesAsync(bool preferOwn)
    {
        narrator.Chapter("The phones");
        var phones = new List<Phone>();
        foreach (var resident in world.Residents)
        {
            var phone = await narrator.WaitingAsync($"{resident.Account.Name} is starting", world.StartPhoneAsync(resident, preferOwn));
            narrator.Say($"{resident.Account.Name} stands at {resident.Account.Listen} and sends a tone of {resident.ToneHz} Hz");
            phones.Add(phone);
        }

        report.UserAgent = phones[0].Kind;
        narrator.Detail($"user agent: {phones[0].Kind}");
        return [.. phones];
    }

    async Task LookUpAsync()
    {
        narrator.Chapter($"{_alice.Name} of {_alice.Party.Name} looks up {_bob.Party.Name}'s directory");
        var path = $"directory?q=&provider={_bob.Party.Id}&asker={_alice.Party.Id}";
        var found = await narrator.WaitingAsync($"{_alice.Party.Domain} asks {_bob.Party.Domain} over the NNI", Expect.EventuallyAsync(
            async () => (await world.Albion.Api.TryGetAsync(path))?["items"] is JsonArray { Count: > 0 } items && items.Any(IsBoardroom) ? items : null,
            Soon, $"the directory of {_bob.Party.Name} to show {_boardroom.Address}", world.Albion.Process.LogTail));
        narrator.Say($"{_bob.Party.Name} shows {found.Count} entries:");
        foreach (var entry in found)
            narrator.Detail($"{entry!["kind"],-13}{entry["name"]}{(entry["address"] is { } address ? $"  {address}" : "")}");

        bool IsBoardroom(JsonNode? entry) => (string?)entry?["address"] == _boardroom.Address;
    }

    async Task<(JsonObject Meeting, Instant Start)> ScheduleAsync()
    {
        narrator.Chapter($"{_alice.Name} schedules a meeting with {_bob.Name} and {_bob.Party.Name}'s {_boardroom.Name.ToLowerInvariant()}");
        var zone = DateTimeZoneProviders.Tzdb[_alice.Party.TimeZone];
        var start = Instant.FromUnixTimeSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds() + StartsInSeconds);
        var began = narrator.Seconds;
        var meeting = await narrator.WaitingAsync("the booking is under way", world.Albion.Api.SendAsync(HttpMethod.Post, "meetings", new JsonObject
        {
            ["organiser"] = _alice.Address,
            ["title"] = "The new bridge",
            ["start"] = LocalDateTimePattern.ExtendedIso.Format(start.InZone(zone).LocalDateTime),
            ["length"] = "0:10:00",
            ["timeZone"] = zone.Id,
            ["invitees"] = new JsonArray(_bob.Address),
            ["rooms"] = new JsonArray(_boardroom.Address),
        }));
        var id = (string)meeting["id"]!;
        if ((string?)meeting["state"] != "Confirmed")
        {
            meeting = await narrator.WaitingAsync("the halves are being confirmed", Expect.EventuallyAsync(
                async () => await world.Albion.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? seen : null,
                Soon, $"meeting {id} to be confirmed", world.Albion.Process.LogTail));
        }

        report.BookingMs = Math.Round((narrator.Seconds - began) * 1_000);
        report.Meeting = id;
        narrator.Say(string.Create(CultureInfo.InvariantCulture, $"booked in {report.BookingMs} ms, both exchanges hold it: {id}"));
        narrator.Detail($"begins at {start.InZone(zone).LocalDateTime:HH:mm:ss} ({zone.Id})");
        foreach (var half in meeting["halves"]!.AsArray())
            narrator.Detail($"half at {half!["exchange"]}: {half["state"]}");
        return (meeting, start);
    }

    async Task ReceiveInvitationsAsync(string uid)
    {
        narrator.Chapter("The invitations");
        using var limit = new CancellationTokenSource(Soon);
        var senders = new List<string>();
        try
        {
            // Bob's comes from his own provider, whatever else is sent.
            while (!senders.Any(sender => sender.Contains('@' + _bob.Party.Domain, StringComparison.Ordinal)))
                senders.Add(Show(ReceivedInvitation.Of(await world.Mail.NextAsync(limit.Token)), uid));
            while (world.Mail.Waiting > 0)
                senders.Add(Show(ReceivedInvitation.Of(await world.Mail.NextAsync(limit.Token)), uid));
        }
        catch (OperationCanceledException)
        {
            throw new DemoFailedException(
                $"expected an invitation to {_bob.Address} from {_bob.Party.Domain} within {Soon.TotalSeconds} s; instead there were {senders.Count} mails. {world.Liberty.Process.LogTail()}");
        }

        narrator.Say($"{senders.Count} {(senders.Count == 1 ? "mail" : "mails")}, one UID: {uid}");
    }

    string Show(ReceivedInvitation mail, string uid)
    {
        narrator.Say($"mail from {mail.From}");
        narrator.Detail($"to {mail.To}: \"{mail.Subject}\", attached: {mail.Attachment ?? "nothing"} ({mail.Method})");
        report.Mails.Add(new ReportedMail(mail.From, mail.To, mail.Subject, mail.Uid));
        return mail.Attachment is null || mail.Uid != uid
            ? throw new DemoFailedException($"expected a calendar with UID {uid} in the mail to {mail.To}; instead: {mail.Attachment ?? "no attachment"}, UID {mail.Uid}")
            : mail.From;
    }

    async Task MeetAsync(string id, Instant start, Phone[] phones)
    {
        narrator.Chapter("The meeting");
        var (alice, bob, boardroom) = (phones[0], phones[1], phones[2]);
        var untilStart = Soon + TimeSpan.FromSeconds(Math.Max(0, (start - clock.GetCurrentInstant()).TotalSeconds));
        await narrator.WaitingAsync("waiting for the start", boardroom.AnsweredAsync(untilStart));
        narrator.Say($"{_boardroom.Party.Name} dialled its {_boardroom.Name.ToLowerInvariant()}, which answered");
        var toAlice = await JoinUriAsync(world.Albion, id);
        var toBob = await JoinUriAsync(world.Liberty, id);
        await narrator.WaitingAsync($"{_alice.Name} is dialling", alice.DialAsync(toAlice, Soon));
        narrator.Say($"{_alice.Name} dialled {toAlice} and is in");
        await narrator.WaitingAsync($"{_bob.Name} is dialling", bob.DialAsync(toBob, Soon));
        narrator.Say($"{_bob.Name} dialled {toBob} and is in");
        foreach (var exchange in world.Exchanges)
            await ShowRosterAsync(exchange, id);
        await narrator.WaitingAsync("they talk", Task.Delay(TalkTime));
        foreach (var (phone, resident) in phones.Zip(world.Residents).Where(pair => !pair.Second.IsRoom))
        {
            await phone.HangUpAsync();
            narrator.Say($"{resident.Name} left");
        }

        await boardroom.HangUpAsync();
        narrator.Say($"the {_boardroom.Name.ToLowerInvariant()} left");
    }

    static async Task<string> JoinUriAsync(DemoExchange exchange, string id) =>
        (string?)(await exchange.Api.GetAsync($"meetings/{id}"))["join"]?["uri"]
        ?? throw new DemoFailedException($"expected {exchange.Party.Domain} to tell how its customers join {id}; instead it told nothing");

    async Task ShowRosterAsync(DemoExchange exchange, string id)
    {
        var expected = world.Residents.Select(resident => resident.Address).Order(StringComparer.Ordinal).ToList();
        List<string> seen = [];
        await narrator.WaitingAsync($"{exchange.Party.Domain} hears of everyone", Expect.EventuallyAsync(
            async () =>
            {
                var live = await exchange.Api.TryGetAsync($"meetings/{id}/participants");
                seen = [.. (live?["participants"] as JsonArray ?? []).Where(entry => (string?)entry!["state"] == "In").Select(entry => (string)entry!["address"]!)
                    .Order(StringComparer.Ordinal)];
                return seen.SequenceEqual(expected) ? live : null;
            },
            Soon, $"{exchange.Party.Domain} to show {string.Join(", ", expected)} in {id}", () => $"{string.Join(", ", seen)}. {exchange.Process.LogTail()}"));
        report.Roster[exchange.Party.Domain] = seen;
        narrator.Say($"{exchange.Party.Domain} shows in the meeting: {string.Join(", ", seen)}");
    }

    async Task MeasureAsync(Phone[] phones)
    {
        narrator.Chapter("What each heard, measured from its recording");
        var tones = world.Residents.Select(resident => resident.ToneHz).ToList();
        var wrong = new List<string>();
        foreach (var (phone, resident) in phones.Zip(world.Residents))
        {
            var heard = Hearing.Of(await phone.RecordingAsync(), tones);
            report.Heard.Add(new ReportedHearing(phone.Account.Name, resident.ToneHz, heard));
            narrator.Say($"{resident.Name,-10}" + string.Join("  ", heard.Select(tone => Describe(tone, resident))));
            wrong.AddRange(heard.Where(tone => tone.Hz == resident.ToneHz ? tone.HeardSeconds > 0 : !tone.IsHeard)
                .Select(tone => $"{resident.Name} {(tone.Hz == resident.ToneHz ? "heard" : "did not hear")} {tone.Hz} Hz ({tone.HeardSeconds:0.##} s)"));
        }

        if (wrong.Count > 0)
            throw new DemoFailedException($"expected each to hear the others and not himself; instead: {string.Join(", ", wrong)}. {world.Albion.Process.LogTail()}");
        narrator.Say("each heard the others, and nobody heard himself");
    }

    static string Describe(HeardTone tone, Resident resident) => tone.HeardSeconds > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{tone.Hz} Hz for {tone.HeardSeconds:0.0} s at -{tone.Level:0} dBov")
        : tone.Hz == resident.ToneHz ? $"{tone.Hz} Hz (its own) not at all" : $"{tone.Hz} Hz not at all";
}
