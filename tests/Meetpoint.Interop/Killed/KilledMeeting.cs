using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Interop.Killed;

/// <summary>One meeting across both exchanges, from its booking to its agreed usage, whatever is killed meanwhile.</summary>
sealed class KilledMeeting(KillingWorld world, IReadOnlyList<Attendee> attendees)
{
    /// <summary>What a kill costs of a session's measured time: a second between two writes, and the commit.</summary>
    const double LostSeconds = 2;

    /// <summary>Between the phone's clock and the exchange's own view of the same call.</summary>
    const double Tolerance = 0.5;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    readonly string _key = Guid.NewGuid().ToString("N");
    string _refused = "";
    int _undisturbed;
    int _undisturbedSince = -1; // kills before the last visit that none disturbed

    public string Id { get; private set; } = "(not booked)";

    string Name => $"meeting {Id}";

    /// <summary>Books it, by one idempotency key until it is answered, and waits until it stands on both exchanges.</summary>
    public async Task BookAsync()
    {
        var request = Request(attendees[0].Who, attendees[1].Who, SystemClock.Instance.GetCurrentInstant());
        Id = await Expect.EventuallyAsync(() => TryBookAsync(request, _key), Soon, "a booking to be answered", () => $"{_refused}\n{world.Logs()}");
        foreach (var exchange in world.Exchanges)
            await StandsAsync(exchange);
    }

    /// <summary>Both dial in, hear each other, and leave. When an exchange is killed meanwhile it has to be done once more.</summary>
    public async Task VisitAsync()
    {
        var kills = world.Kills;
        await Task.WhenAll(attendees.Select(async attendee => await attendee.JoinAsync(await JoinUriAsync(attendee.Exchange), Soon)));
        var heard = await Task.WhenAll(attendees.Select(attendee => attendee.HearsAsync(kills, TimeSpan.FromSeconds(10))));
        if (world.Kills == kills && !heard.All(each => each))
            throw new DemoFailedException($"expected each to hear the other in {Name}; instead: {string.Join(", ", attendees.Zip(heard, (who, each) => $"{who.Who.Address} {each}"))}");
        foreach (var attendee in attendees)
            await attendee.LeaveAsync();
        if (world.Kills == kills)
            (_undisturbed, _undisturbedSince) = (_undisturbed + 1, kills);
    }

    /// <summary>After a kill it is joined again.</summary>
    public async Task VisitSinceLastKillAsync()
    {
        while (_undisturbedSince != world.Kills)
        {
            await Task.WhenAll(world.Exchanges.Select(world.UpAsync));
            await VisitAsync();
        }
    }

    /// <summary>
    /// Both exchanges hold the same records, agreed, or contested on both where a kill cut them; every second of them was used, once, and none that
    /// was used is missing.
    /// </summary>
    public async Task SettleAsync()
    {
        var last = "";
        var records = await Expect.EventuallyAsync(
            async () =>
            {
                var sides = new List<IReadOnlyList<UsageLine>>();
                foreach (var exchange in world.Exchanges)
                    sides.Add(await UsageLine.OfMeetingAsync(world, exchange, Id));
                last = string.Join("\n", sides.SelectMany((side, i) => side.Select(line => $"{world.Exchanges[i].Party.Domain}: {line.Text}")));
                return sides.All(IsWhole) && sides[0].Select(line => line.Text).SequenceEqual(sides[1].Select(line => line.Text)) ? sides[0] : null;
            },
            Soon, $"both to agree on the usage of {Name}: {string.Join(", ", attendees.Select(who => $"{who.Answered} calls of {who.Who.Address}"))}, the cascade", () => $"{last}\n{world.Logs()}");
        world.Note(records);
        foreach (var attendee in attendees)
            CheckTime(attendee, [.. records.Where(line => line.Party == attendee.Who.Address).OrderBy(line => line.Started)]);
        CheckOverlap([.. records.Where(line => line.Unit == "cascade-minute").OrderBy(line => line.Started)]);
        foreach (var exchange in world.Exchanges)
            await StandsAsync(exchange);

        bool IsWhole(IReadOnlyList<UsageLine> lines) => lines.All(line => line.State == "agreed" || (line.State == "disputed" && world.IsCut(line)))
            && attendees.All(who => lines.Count(line => line.Party == who.Who.Address) >= who.Answered)
            && lines.Count(line => line.Unit == "cascade-minute") >= _undisturbed;
    }

    /// <summary>One try to book; the id when it was answered with success, null when nobody answered.</summary>
    public async Task<string?> TryBookAsync(JsonObject request, string key)
    {
        try
        {
            var answer = await world.Exchanges[0].Api.SendAsync(HttpMethod.Post, "meetings", (JsonObject)request.DeepClone(), ("Idempotency-Key", key));
            return (string)answer["id"]!;
        }
        catch (DemoFailedException fault)
        {
            // Nobody there, or the exchange itself says to try again; whatever else it says is a failure.
            if (fault.Message.Contains("instead it answered", StringComparison.Ordinal)
                && !fault.Message.Contains("answered 503", StringComparison.Ordinal) && !fault.Message.Contains("answered 409", StringComparison.Ordinal))
                throw;
            _refused = fault.Message;
            return null;
        }
    }

    /// <summary>The request for a meeting that begins then.</summary>
    public static JsonObject Request(Resident organiser, Resident invitee, Instant start) => new()
    {
        ["organiser"] = organiser.Address,
        ["title"] = "Killed",
        ["start"] = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss").Format(start.InUtc().LocalDateTime),
        ["length"] = "0:02:00",
        ["timeZone"] = "Etc/UTC",
        ["invitees"] = new JsonArray(invitee.Address),
    };

    async Task<string> JoinUriAsync(DemoExchange exchange) => (string)(await StandsAsync(exchange))["join"]!["uri"]!;

    Task<JsonObject> StandsAsync(DemoExchange exchange) => Expect.EventuallyAsync(
        async () => await exchange.Api.TryGetAsync($"meetings/{Id}") is { } seen && (string?)seen["state"] == "Confirmed" ? seen : null,
        Soon, $"{Name} to stand at {exchange.Party.Domain}", world.Logs);

    void CheckTime(Attendee attendee, IReadOnlyList<UsageLine> records)
    {
        CheckOverlap(records);
        var charged = records.Sum(line => line.BillableMs) / 1_000.0;
        var said = string.Create(CultureInfo.InvariantCulture,
            $"{attendee.Who.Address} was in {Name} for {attendee.AtLeast:0.00} to {attendee.AtMost:0.00} s, {attendee.Cut} of {attendee.Answered} calls cut by a kill; charged are {charged:0.00} s: ")
            + string.Join("; ", records.Select(line => line.Text));
        if (charged > attendee.AtMost + Tolerance)
            throw new DemoFailedException($"expected no more to be charged than was used; instead {said}");
        if (charged < attendee.AtLeast - (LostSeconds * attendee.Cut) - (Tolerance * attendee.Answered))
            throw new DemoFailedException($"expected no usage to be lost; instead {said}");
    }

    void CheckOverlap(IReadOnlyList<UsageLine> records)
    {
        for (var i = 1; i < records.Count; i++)
        {
            if (records[i].Started < records[i - 1].Ended)
                throw new DemoFailedException($"expected no second of {Name} to be charged twice; instead: {records[i - 1].Text}; {records[i].Text}");
        }
    }
}
