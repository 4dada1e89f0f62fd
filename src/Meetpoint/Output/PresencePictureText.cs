using System.Text.Json.Nodes;
using Meetpoint.Client;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Output;

/// <summary>Draws what an exchange believes of somebody: one tree with the state, who reports it, and who is told.</summary>
/// <param name="zone">The zone that times are shown in.</param>
/// <param name="clock">Tells what is of today: the rest has its day.</param>
sealed class PresencePictureText(DateTimeZone zone, IClock clock)
{
    static readonly LocalDatePattern _day = LocalDatePattern.Iso;
    static readonly LocalTimePattern _time = LocalTimePattern.CreateWithInvariantCulture("HH:mm:ss");

    /// <summary>The tree of a picture.</summary>
    public Branch Tree(JsonNode? picture)
    {
        var name = picture.Text("name");
        var root = new Branch($"{picture.Text("address")}{(name is null ? "" : $", {name}")}, customer of {picture.Text("provider")}");
        var believed = root.Add($"believed: {State(picture?["state"])}");
        foreach (var device in picture.Items("devices"))
            believed.Add(Device(device));
        Devices(root.Add("heard from" + None(picture, "sources")), picture);
        var told = root.Add("told to" + None(picture, "watchers"));
        foreach (var watcher in picture.Items("watchers"))
            Watcher(told, watcher);
        var published = root.Add("put into" + None(picture, "published"));
        foreach (var into in picture.Items("published"))
            published.Add($"{into.Text("neighbour")} as {into.Text("address")}: {into.Text("standing")}");
        return root;
    }

    /// <summary>One state in words.</summary>
    public string State(JsonNode? state)
    {
        var (activity, availability, since, note) = (state.Text("activity"), state.Text("availability"), state.Text("since"), state.Text("note"));
        var text = activity == availability || availability is null ? activity ?? "unknown" : $"{activity} ({availability})";
        return text + (since is null ? "" : $" since {Time(since)}") + (note is null ? "" : $" \"{note}\"");
    }

    /// <summary>A decision in one line.</summary>
    public string Decision(JsonNode? decision) => $"{Time(decision.Text("at"))}  {decision.Text("text")}";

    /// <summary>A time of day, with its day where that is not today; as it came where it is none.</summary>
    public string Time(string? text)
    {
        if (text is null || InstantPattern.ExtendedIso.Parse(text) is not { Success: true, Value: var at })
            return text ?? "";
        var local = at.InZone(zone).LocalDateTime;
        return (local.Date == clock.GetCurrentInstant().InZone(zone).Date ? "" : _day.Format(local.Date) + " ") + _time.Format(local.TimeOfDay);
    }

    static void Devices(Branch heard, JsonNode? picture)
    {
        foreach (var source in picture.Items("sources"))
        {
            var who = source.Text("neighbour") ?? "this exchange";
            var address = source.Text("address") is { } there && there != picture.Text("address") ? $" as {there}" : "";
            var held = source.Text("heldMs") is { } ms ? $"; a report waits {ms} ms" : "";
            var name = source.Text("inNameOf") is { } watcher ? $"; in the name of {watcher}" : "";
            var said = source.Items("devices").Select(device => device?.ToString()).ToList();
            heard.Add($"{who}{address}, {source.Text("kind")}: {source.Text("standing")}{(said.Count == 0 ? "" : $" ({string.Join(", ", said)})")}{name}{held}");
        }
    }

    string Device(JsonNode? device)
    {
        var path = device.Items("path").Select(exchange => exchange?.ToString()).ToList();
        var lost = device.IsTrue("unheard") ? "; not heard since the restart" : device.IsTrue("lost") ? "; lost, the last that was heard" : "";
        return $"{device.Text("origin")} {device.Text("device")}, {device.Text("kind")}: {State(device?["state"])}, version {device.Text("version")}"
            + (path.Count > 1 ? $" by {string.Join(" > ", path)}" : "") + lost;
    }

    void Watcher(Branch told, JsonNode? watcher)
    {
        var by = watcher.Text("neighbour") is { } neighbour ? $"by {neighbour}" : "here";
        var branch = told.Add($"{watcher.Text("watcher")} {by}: {State(watcher?["shown"])}; level {watcher.Text("level")}");
        branch.Add(Delivery(watcher));
        if (watcher.Text("callId") is { } call)
            branch.Add($"{watcher.Text("dialect")}, {watcher.Text("remainingSeconds")} s left, Call-ID {call}");
        foreach (var device in watcher.Items("leftOut"))
            branch.Add($"not told of {device.Text("origin")} {device.Text("device")}: {device.Text("why")}");
    }

    string Delivery(JsonNode? watcher)
    {
        var via = watcher.Text("via") == "sip" ? "NOTIFY" : watcher.Text("via");
        if (via is not ("NOTIFY" or "stream"))
            return $"told over {via} at each change";
        var waits = watcher.IsTrue("isWaiting") ? "; what is new waits for the pace of its neighbour" : "";
        if (watcher.Text("notified") is not { } notified)
            return $"no {via} yet{waits}";
        var unanswered = watcher.Text("unanswered");
        var answer = unanswered is not (null or "0") ? $"not answered, {unanswered} in a row" : watcher.Text("status") is { } status ? $"answered {status}" : via == "NOTIFY" ? "no answer yet, or none is due" : "";
        return $"{via} {Time(notified)} {answer}".TrimEnd() + waits;
    }

    static string None(JsonNode? picture, string member) => picture.Items(member).Any() ? "" : ": nobody";
}
