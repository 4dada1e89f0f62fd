using Meetpoint.Tests.Api;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Commands;

/// <summary>Slips of someone who schedules at the command line: one line that names the option and the mend, and nothing is booked.</summary>
public sealed class SlipTests(WorldApiTests.Running running) : IClassFixture<WorldApiTests.Running>
{
    TestExchange Exchange => running.Exchange;

    [Theory]
    [InlineData("--invite: the invitee bob@libertty.example is nobody's customer", "did you mean bob@liberty.example?", "--invite", "bob@libertty.example")]
    [InlineData("--invite: Albion Telecom has no alise@albion.example", "did you mean alice@albion.example?", "--invite", "alise@albion.example")]
    [InlineData("--invite: the invitee 'bob' is no address", "write it as alice@albion.example", "--invite", "bob")]
    [InlineData("--invite: the invitee boardroom@albion.example is a room", "among the rooms", "--invite", "boardroom@albion.example")]
    [InlineData("--room: the room alice@albion.example is a person", "among the invitees", "--room", "alice@albion.example")]
    [InlineData("--invite: alice@albion.example is named twice", "name it once", "--invite", "alice@albion.example", "--invite", "alice@albion.example")]
    [InlineData("--end: the end is not after the start", "give a later end", "--start", "2030-01-07T10:00", "--end", "2030-01-07T09:30")]
    [InlineData("--end: it is not clear in which time zone", "the same form as --start", "--start", "2030-01-07T10:00", "--end", "tomorrow 9:30")]
    [InlineData("--start: 2020-01-07 10:00 (Europe/London) is in the past", "still to come", "--start", "2020-01-07T10:00")]
    [InlineData("--start: 'yesterday 9:30' is no time", "write 2026-11-22T09:30", "--start", "yesterday 9:30")]
    [InlineData("--pin: a PIN has 4 to 12 digits", "choose another", "--pin", "123")]
    [InlineData("--pin: a PIN has 4 to 12 digits", "choose another", "--pin", "12a4")]
    [InlineData("--time-zone: 'Europe/Londn' is no time zone", "such as Europe/London", "--time-zone", "Europe/Londn")]
    [InlineData("--recurrence: 'FREQ=WEEKLY;BYFOO=1' cannot be read at 'BYFOO=1'", "such as FREQ=WEEKLY", "--recurrence", "FREQ=WEEKLY;BYFOO=1")]
    [InlineData("--recurrence: 'weekly' is no rule", "such as FREQ=WEEKLY", "--recurrence", "weekly")]
    [InlineData("--recurrence: 'FREQ=HOURLY' repeats within a day", "such as FREQ=WEEKLY", "--recurrence", "FREQ=HOURLY")]
    [InlineData("--recurrence: the series ends before it starts", "give a later UNTIL", "--recurrence", "FREQ=DAILY;UNTIL=20200101T000000Z")]
    [InlineData("--length: '30' is no length", "write 30m", "--length", "30")]
    [InlineData("--length: a meeting lasts 24 hours at the most", "give a shorter length", "--length", "30h")]
    [InlineData("--dial: 'never' is no way to dial", "at-start or on-button", "--dial", "never")]
    [InlineData("--organiser: Albion Telecom has no alise@albion.example", "did you mean alice@albion.example?", "--organiser", "alise@albion.example")]
    [InlineData("--organiser: the organiser bob@liberty.example is a customer of Liberty Telephone", "", "--organiser", "bob@liberty.example")]
    public async Task Schedule_Slip_IsOneLineThatNamesTheOptionAndTheMend(string fault, string mend, params string[] options)
    {
        var (code, output, error) = await ScheduleAsync(options);
        code.ShouldNotBe(0);
        output.ShouldBeEmpty();
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[0].TrimEnd();
        line.ShouldStartWith(fault);
        line.ShouldContain(mend);
    }

    [Fact]
    public async Task Schedule_BusyRoom_IsOneLineThatSaysUntilWhenAndWhatToDo()
    {
        string[] options = ["--start", "2031-01-07T10:00", "--room", "boardroom@albion.example"];
        (await ScheduleAsync(options)).Code.ShouldBe(0);
        var (code, _, error) = await ScheduleAsync(options);
        code.ShouldBe(1);
        error.Trim().ShouldBe("--room: boardroom@albion.example is not free until 2031-01-07T11:00:00Z; choose another room, or a start after that");
    }

    [Fact]
    public async Task Schedule_StartThatIsPastOfASeriesThatGoesOn_IsTaken()
    {
        var (code, _, error) = await ScheduleAsync("--start", "2020-01-07T10:00", "--recurrence", "FREQ=YEARLY;COUNT=100");
        code.ShouldBe(0, error);
    }

    [Fact]
    public async Task Change_WithoutAnythingOrOfAStranger_SaysSo()
    {
        var (_, output, _) = await ScheduleAsync("--start", "2032-01-07T10:00", "-o", "json");
        var id = System.Text.Json.Nodes.JsonNode.Parse(output)!["id"]!.GetValue<string>();
        var (code, _, error) = await Exchange.RunAsync("meeting", "change", id);
        code.ShouldBe(1);
        error.ShouldContain("nothing to change is named");
        (code, _, error) = await Exchange.RunAsync("meeting", "change", id, "--without", "eve@albion.example");
        code.ShouldBe(1);
        error.ShouldStartWith("--without eve@albion.example: the meeting has no such invitee");
        (code, output, error) = await Exchange.RunAsync("meeting", "change", id, "--title", "Renamed", "--start", "2032-01-08T11:00", "--room", "boardroom@albion.example");
        code.ShouldBe(0, error);
        output.ShouldContain("Renamed");
        output.ShouldContain("2032-01-08 11:00");
        output.ShouldContain("boardroom@albion.example");
    }

    [Fact]
    public async Task Room_NextAndJoin_SayWhatThereIs()
    {
        (await Exchange.RunAsync("room", "join", "nowhere")).Error.ShouldContain("There is no endpoint nowhere");
        var (code, _, error) = await Exchange.RunAsync("room", "join", "albion-boardroom");
        code.ShouldBe(1);
        error.ShouldContain("not booked for a meeting now");
        (await Exchange.RunAsync("room", "next", "albion-boardroom")).Code.ShouldBe(0);
    }

    Task<(int Code, string Out, string Error)> ScheduleAsync(params string[] options)
    {
        List<string> args = ["meeting", "schedule", "--title", "x", .. options];
        if (!options.Contains("--organiser"))
            args.AddRange(["--organiser", "alice@albion.example"]);
        if (!options.Contains("--start"))
            args.AddRange(["--start", "2030-01-07T10:00"]);
        return Exchange.RunAsync([.. args]);
    }
}
