using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Meetpoint.Interop.Killed;

/// <summary>
/// A booking of a room of the other provider, asked for once: whoever asked does not come back when nobody answers. It ends on both exchanges or on
/// neither, and holds nothing when it does not stand.
/// </summary>
sealed class AbandonedBooking(KillingWorld world, string title, Instant start)
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    string? _answered;

    public async Task AskAsync()
    {
        var request = KilledMeeting.Request(world.People[0][0], world.People[1][0], start);
        request["title"] = title;
        request["rooms"] = new JsonArray(world.Room.Address);
        try
        {
            _answered = (string?)(await world.Exchanges[0].Api.SendAsync(HttpMethod.Post, "meetings", request))["id"];
        }
        catch (DemoFailedException)
        {
            // Nobody answered: it may have been booked all the same.
        }
    }

    public async Task CheckAsync()
    {
        var last = "";
        await Expect.EventuallyAsync<object>(
            async () =>
            {
                var seen = world.Exchanges.Select(Look).ToList();
                last = string.Join(", ", seen.Select((each, i) => $"{world.Exchanges[i].Party.Domain} {each.Id} {each.State}, {each.Holds} holds"));
                await Task.Yield();
                var stands = seen.All(each => each.State == "Confirmed" && each.Holds > 0);
                var isNot = _answered is null && seen.All(each => each.State is "" or "Failed" or "Cancelled" && each.Holds == 0);
                return stands || isNot ? seen : null;
            },
            Soon, $"the booking {title} to stand on both or on neither{(_answered is null ? "" : $", and as it was answered ({_answered}), on both")}", () => $"{last}\n{world.Logs()}");
    }

    /// <summary>By the store itself, which also tells what is held for a meeting that nobody shows.</summary>
    (string Id, string State, long Holds) Look(DemoExchange exchange)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(exchange.Folder, "data", "meetpoint.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        using var meeting = connection.CreateCommand();
        meeting.CommandText = "SELECT id, state FROM meetings WHERE coalesce(current, proposed) LIKE $title";
        meeting.Parameters.AddWithValue("$title", $"%\"{title}\"%");
        using var row = meeting.ExecuteReader();
        if (!row.Read())
            return ("", "", 0);
        var (id, state) = (row.GetString(0), row.GetString(1));
        using var holds = connection.CreateCommand();
        holds.CommandText = "SELECT count(*) FROM meeting_holds WHERE meeting = $id";
        holds.Parameters.AddWithValue("$id", id);
        return (id, state, (long)holds.ExecuteScalar()!);
    }
}
