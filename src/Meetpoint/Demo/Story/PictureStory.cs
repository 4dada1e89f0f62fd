using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo.Pages;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Demo.Story;

/// <summary>
/// A meeting that is seen: a browser and a room system on each side, where Chromium and baresip are installed, and the link by which whoever runs this comes in too. What is told is what pages and
/// room systems counted. They stay in it until this is disposed.
/// </summary>
/// <remarks>Ends in <see cref="DemoFailedException"/> at the first thing that does not hold.</remarks>
sealed class PictureStory(DemoWorld world, Narrator narrator, StoryReport report, IClock clock) : IAsyncDisposable
{
    /// <summary>Pictures of everybody that everybody is to have seen: more than the one with which a stream begins.</summary>
    const int Enough = 10;

    const int StartsInSeconds = 3;

    /// <summary>Pictures a second of each camera; what encodes and decodes them all is one machine.</summary>
    const int FramesPerSecond = 10;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(45);

    readonly List<(Resident Who, BaresipPhone Phone)> _rooms = [];
    readonly List<(string Who, DemoExchange Where, MeetingPage Page)> _pages = [];
    Chromium? _browser;

    /// <summary>Tells it.</summary>
    /// <param name="preferOwn">True takes our own user agent though baresip is installed; it has no pictures.</param>
    public async Task RunAsync(bool preferOwn)
    {
        narrator.Chapter("The meeting as it is seen: browsers and room systems on both sides");
        var starting = StartBrowserAsync();
        if (preferOwn || BaresipPhone.Executable is null)
            narrator.Say("baresip is not used here, so no room system takes part");
        else
            await StartRoomsAsync();
        var booked = BookAsync();
        _browser = await narrator.WaitingAsync("Chromium is starting", starting);
        var id = await narrator.WaitingAsync("the booking is under way", booked);
        var isServed = await ShowLinksAsync(id);
        if (_browser is not null && isServed)
            await OpenPagesAsync();
        if (_rooms.Count + _pages.Count > 1)
            await LookAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    async Task<Chromium?> StartBrowserAsync()
    {
        if (Chromium.Executable is { } executable)
            return await Chromium.StartAsync(Directory.CreateDirectory(Path.Combine(world.Folder, "browser")).FullName, executable, FramesPerSecond);
        narrator.Say("Chromium is not installed, so no browser takes part (apt-get install chromium)");
        return null;
    }

    async Task StartRoomsAsync()
    {
        var codec = BaresipPhone.HasH264 ? "H264" : "VP8";
        foreach (var room in (Resident[])[world.Studio, world.Gallery])
        {
            var phone = (BaresipPhone)await narrator.WaitingAsync($"{room.Name} is starting", world.StartPhoneAsync(room, account: room.Account with { VideoCodecs = [codec] }));
            _rooms.Add((room, phone));
        }

        narrator.Say($"{world.Studio.Name} of {world.Studio.Party.Name} and {world.Gallery.Name} of {world.Gallery.Party.Name} stand ready, room systems that know {codec} and nothing else ({_rooms[0].Phone.Kind})");
    }

    async Task<string> BookAsync()
    {
        var start = Instant.FromUnixTimeSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds() + StartsInSeconds);
        var meeting = await world.Albion.Api.SendAsync(HttpMethod.Post, "meetings", new JsonObject
        {
            ["organiser"] = world.Alice.Address,
            ["title"] = "The new bridge, seen",
            ["start"] = LocalDateTimePattern.ExtendedIso.Format(start.InUtc().LocalDateTime),
            ["length"] = "2:00:00",
            ["timeZone"] = "Etc/UTC",
            ["invitees"] = new JsonArray(world.Bob.Address),
            ["rooms"] = new JsonArray([.. _rooms.Select(static room => (JsonNode)room.Who.Address)]),
        });
        return (string)meeting["id"]!;
    }

    /// <summary>The link of each exchange; false when it leads to no page.</summary>
    async Task<bool> ShowLinksAsync(string id)
    {
        foreach (var exchange in world.Exchanges)
        {
            var code = await Expect.EventuallyAsync(
                async () => await exchange.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? (string?)seen["join"]?["code"] : null,
                Soon, $"{exchange.Party.Domain} to tell how its customers join {id}", exchange.Process.LogTail);
            var link = report.JoinLinks[exchange.Party.Domain] = $"http://{exchange.Party.Api}/join/{code}";
            narrator.Say($"who is invited by {exchange.Party.Name} joins from a browser at {link}");
        }

        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(report.JoinLinks[world.Albion.Party.Domain]));
        if (!answer.IsSuccessStatusCode)
            narrator.Say("the page was not built, since Node.js is missing; so no browser takes part");
        return answer.IsSuccessStatusCode;
    }

    async Task OpenPagesAsync()
    {
        foreach (var (name, exchange) in ((string, DemoExchange)[])[("Ann", world.Albion), ("Ben", world.Liberty)])
        {
            var page = await narrator.WaitingAsync($"{name} opens the page", _browser!.OpenAsync(report.JoinLinks[exchange.Party.Domain]));
            await narrator.WaitingAsync($"{name} is joining", page.JoinAsync(name));
            _pages.Add((name, exchange, page));
        }

        narrator.Say("Ann opened the page of Albion and Ben that of Liberty, typed their names and pressed Join");
    }

    async Task LookAsync()
    {
        var others = _rooms.Count + _pages.Count - 1;
        foreach (var (who, where, page) in _pages)
        {
            var sight = await narrator.WaitingAsync($"{who} is looking", page.SeesAsync(
                sight => sight.Seen.Count(static line => line.Frames >= Enough) >= others && sight.FramesSent >= Enough && sight.SoundPackets > 0, Soon, $"{who} to see {others} others, and to be seen"));
            var codecs = string.Join(" and ", sight.Seen.Select(static line => line.Codec).Distinct());
            report.Pictures.Add(new ReportedPictures(who, where.Party.Domain, "page", codecs, sight.FramesSent, [.. sight.Seen.Select(static line => line.Frames)]));
            narrator.Say(string.Create(
                CultureInfo.InvariantCulture, $"{who}'s page at {where.Party.Name} decoded {string.Join(", ", sight.Seen.Select(static line => $"{line.Frames} of {line.Height}p"))} pictures of {others} others in {codecs}, and sent {sight.FramesSent}"));
        }

        foreach (var (who, phone) in _rooms)
        {
            var counts = default(PictureCounts);
            await narrator.WaitingAsync($"{who.Name} is looking", Expect.EventuallyAsync<object>(
                async () => (counts = await phone.PicturesAsync()) is { Shown: >= Enough, Taken: >= Enough } ? counts : null, Soon, $"{who.Name} to see who speaks, and to be seen", () => counts.ToString()));
            report.Pictures.Add(new ReportedPictures(who.Name, who.Party.Domain, "room", phone.Account.VideoCodecs[0], counts.Taken, [counts.Shown]));
            narrator.Say(string.Create(CultureInfo.InvariantCulture, $"{who.Name} of {who.Party.Name}, with its one screen, decoded {counts.Shown} pictures of who spoke last in {phone.Account.VideoCodecs[0]}, and sent {counts.Taken}"));
        }

        narrator.Say("everybody saw everybody, on both sides");
    }
}
