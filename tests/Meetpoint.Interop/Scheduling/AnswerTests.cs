using System.Net;
using Meetpoint.Calendar;
using NodaTime;

namespace Meetpoint.Interop.Scheduling;

/// <summary>Answers to an invitation by the links of its mail, from a customer of the other provider, up to the organiser's mailbox.</summary>
[Collection(SchedulingCollection.Name)]
public sealed class AnswerTests(SchedulingWorld world) : IDisposable
{
    static readonly DateTimeZone _newYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AcceptThenDecline_ByTheLinksOfTheMail_ReachTheOrganiserAsReplies()
    {
        await using var meeting = await BookAsync("Answers & more");
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        Assert.Equal("liberty.example", mail.From.Split('@')[1].TrimEnd('>'));

        var page = await _browser.GetStringAsync(mail.Link("Accept"), Cancel);
        Assert.Contains("<h1>Answers &amp; more</h1>", page, StringComparison.Ordinal);
        Assert.Contains("""value="accept" required checked""", page, StringComparison.Ordinal);
        Assert.Contains($"{When(mail)} (America/New York)", page, StringComparison.Ordinal);
        Assert.Contains("Alice (alice@albion.example)", page, StringComparison.Ordinal);
        Assert.Equal("NeedsAction", await AnswerAsync(meeting)); // to look is not to answer

        page = await PostAsync(mail.Link("Accept"), ("answer", "accept"), ("comment", "With <pleasure>"));
        Assert.Contains("Thank you. You accepted. Alice is being told.", page, StringComparison.Ordinal);
        var accepted = await world.Mail.ForAsync(world.World.Alice.Address, meeting.Uid, "Accepted: ");
        Assert.Equal(ItipMethod.Reply, accepted.Itip.Method);
        var attendee = Assert.Single(accepted.Event.Attendees);
        Assert.Equal(ParticipationStatus.Accepted, attendee.Status);
        Assert.Equal("With <pleasure>", accepted.Event.Comment);
        var invitation = await world.Mail.ForAsync(world.World.Alice.Address, meeting.Uid);
        Assert.Contains(invitation.Event.Attendees, asked => asked.Address == attendee.Address); // so her calendar knows whom it is from
        Assert.Equal("Accepted", await AnswerAsync(meeting));

        page = await PostAsync(mail.Link("Decline"), ("answer", "decline"));
        Assert.Contains("You declined.", page, StringComparison.Ordinal);
        var declined = await world.Mail.ForAsync(world.World.Alice.Address, meeting.Uid, "Declined: ");
        Assert.Equal(ParticipationStatus.Declined, Assert.Single(declined.Event.Attendees).Status);
        Assert.Equal("Declined", await AnswerAsync(meeting));
    }

    [Fact]
    public async Task Propose_ByTheLinkOfTheMail_ReachesTheOrganiserAsACounterInBothZones()
    {
        await using var meeting = await BookAsync("Counter");
        var mail = await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid);
        var start = mail.Event.Start.Local.InZoneLeniently(DateTimeZoneProviders.Tzdb["Europe/London"]).WithZone(_newYork).LocalDateTime.PlusHours(3);

        var wrong = await SendAsync(mail.Link("Propose a new time"), ("answer", "propose"), ("start", Field(start)), ("end", Field(start.PlusHours(-1))));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("role=\"alert\">The end that you propose must come after the start.", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await PostAsync(mail.Link("Propose a new time"), ("answer", "propose"), ("start", Field(start)), ("end", Field(start.PlusMinutes(45))), ("comment", "Later?"));

        var counter = await world.Mail.ForAsync(world.World.Alice.Address, meeting.Uid, "New time proposed: ");
        Assert.Equal(ItipMethod.Counter, counter.Itip.Method);
        var proposed = start.InZoneLeniently(_newYork).ToInstant();
        Assert.Equal(CalendarTime.OfUtc(proposed), counter.Event.Start);
        Assert.Equal(CalendarTime.OfUtc(proposed + Duration.FromMinutes(45)), counter.Event.End);
        var inLondon = proposed.InZone(DateTimeZoneProviders.Tzdb["Europe/London"]).ToString("uuuu-MM-dd HH:mm", null);
        Assert.Contains(inLondon, counter.Text, StringComparison.Ordinal);
        var shown = await world.RunAsync(world.Albion, "meeting", "show", meeting.Id);
        Assert.Contains($"bob@liberty.example (proposes {inLondon}", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_ThatIsWrongOrOfAMeetingCalledOff_IsAPlainPageThatSaysSo()
    {
        await using var meeting = await BookAsync("Called off");
        var link = (await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid)).Link("Accept");

        var wrong = await SendAsync(new Uri(link.ToString().Replace("/accept", "x/accept", StringComparison.Ordinal)), ("answer", "accept"));
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        Assert.Equal("text/html", wrong.Content.Headers.ContentType!.MediaType);
        Assert.Contains("There is no such invitation here.", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("<form", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await world.AskAsync(world.Albion, "meeting", "cancel", meeting.Id);
        await world.Mail.ForAsync(world.World.Bob.Address, meeting.Uid, "Cancelled: ");
        var off = await _browser.GetAsync(link, Cancel);
        Assert.Equal(HttpStatusCode.Gone, off.StatusCode);
        Assert.Contains("Alice has called off this meeting", await off.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    public void Dispose() => _browser.Dispose();

    Task<Scheduled> BookAsync(string title) => world.ScheduleAsync(title, "--start", "tomorrow 15:00", "--time-zone", "Europe/London", "--invite", world.World.Bob.Address);

    /// <summary>What the organiser's exchange knows of Bob's answer, once it is another than before.</summary>
    async Task<string> AnswerAsync(Scheduled meeting) =>
        (string)(await meeting.ShowAsync(world.Albion))["invitees"]!.AsArray().Single(each => (string)each!["address"]! == world.World.Bob.Address)!["answer"]!;

    async Task<string> PostAsync(Uri link, params (string Name, string Value)[] fields)
    {
        using var answer = await SendAsync(link, fields);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{link} answered {answer.StatusCode}: {text}");
        Assert.EndsWith("/done", answer.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        return text;
    }

    Task<HttpResponseMessage> SendAsync(Uri link, params (string Name, string Value)[] fields) =>
        _browser.PostAsync(link, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Cancel);

    static string When(ArrivedMail mail) => mail.Event.Start.Local.InZoneLeniently(DateTimeZoneProviders.Tzdb["Europe/London"]).WithZone(_newYork)
        .ToString("dddd d MMMM uuuu, HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " to 10:10";

    static string Field(LocalDateTime time) => time.ToString("uuuu-MM-dd'T'HH:mm", null);
}
