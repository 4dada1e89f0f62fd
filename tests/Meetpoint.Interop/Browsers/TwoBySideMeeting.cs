using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Pages;

namespace Meetpoint.Interop.Browsers;

/// <summary>A meeting of four pages: Ann and Abe at Albion's, Ben and Bea at Liberty's. Each sounds in a tone of its own.</summary>
sealed class TwoBySideMeeting
{
    /// <summary>Joining on a loaded machine.</summary>
    static readonly TimeSpan Joined = TimeSpan.FromSeconds(60);

    /// <summary>Pictures more that are a picture which moves.</summary>
    const int Moving = 3;

    readonly List<Person> _people = [];

    TwoBySideMeeting()
    {
    }

    IEnumerable<Person> AtAlbion => _people.Where(static person => person.IsAtAlbion);

    IEnumerable<Person> AtLiberty => _people.Where(static person => !person.IsAtAlbion);

    /// <summary>Books it and has everybody join; done when all see and hear all.</summary>
    public static async Task<TwoBySideMeeting> BeginAsync(BrowserWorld world, Chromium browser)
    {
        var booked = await world.BookAsync();
        var meeting = new TwoBySideMeeting();
        foreach (var (name, hertz, isAtAlbion) in ((string, int, bool)[])[("Ann", 440, true), ("Abe", 550, true), ("Ben", 700, false), ("Bea", 1_010, false)])
        {
            var page = await BrowserWorld.OpenAsync(browser, isAtAlbion ? booked.Albion : booked.Liberty, hertz, isAtAlbion ? "red" : "green");
            await page.JoinAsync(name);
            meeting._people.Add(new Person(name, hertz, isAtAlbion, page));
        }

        await meeting.AllSeeAllAsync(Joined);
        return meeting;
    }

    /// <summary>Everybody sees new pictures of everybody from now on, and hears them.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> AllSeeAllAsync(TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(_people.Select(person => SeesAsync(person, [.. _people.Where(other => other != person)], Moving, limit, isHeard: true)));
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Those of Albion go on seeing each other for so long: of ten pictures a second so many.</summary>
    public Task AlbionGoesOnAsync(TimeSpan length) => GoOnAsync([.. AtAlbion], length);

    /// <summary>Those of each side go on seeing each other for so long.</summary>
    public Task BothSidesGoOnAsync(TimeSpan length) => Task.WhenAll(GoOnAsync([.. AtAlbion], length), GoOnAsync([.. AtLiberty], length));

    /// <summary>Pictures of Ben that Ann has seen, in all.</summary>
    public async Task<long> CrossedAsync() => (await LookAsync(_people[0]))["pictures"]!["Ben"]!.GetValue<long>();

    static Task GoOnAsync(IReadOnlyList<Person> side, TimeSpan length) => Task.WhenAll(side.Select(
        person => SeesAsync(person, [.. side.Where(other => other != person)], (long)(length.TotalSeconds * 10), (2 * length) + Joined, isHeard: true)));

    static async Task SeesAsync(Person person, IReadOnlyList<Person> others, long more, TimeSpan limit, bool isHeard)
    {
        var before = await LookAsync(person);
        JsonObject seen = before;
        await Expect.EventuallyAsync<object>(
            async () =>
            {
                seen = await LookAsync(person);
                return others.All(other => Pictures(seen, other) >= Pictures(before, other) + more && (!isHeard || IsHeard(seen, other))) ? seen : null;
            },
            limit, string.Create(CultureInfo.InvariantCulture, $"{person.Name} to see {more} pictures more of {string.Join(" and ", others.Select(static other => other.Name))}, and to hear them"),
            () => $"{seen.ToJsonString()}, before {before["pictures"]!.ToJsonString()}");
    }

    static long Pictures(JsonObject seen, Person of) => seen["pictures"]?[of.Name]?.GetValue<long>() ?? 0;

    static bool IsHeard(JsonObject seen, Person who) => seen["hears"]!.AsArray().Any(hertz => Math.Abs(hertz!.GetValue<int>() - who.Hertz) < 12);

    static async Task<JsonObject> LookAsync(Person person) => (await person.Page.EvaluateAsync("look()"))!.AsObject();

    sealed record Person(string Name, int Hertz, bool IsAtAlbion, MeetingPage Page);
}
