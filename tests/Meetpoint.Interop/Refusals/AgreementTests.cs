using System.Globalization;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using NodaTime;

namespace Meetpoint.Interop.Refusals;

/// <summary>What agreements let through: a trunk of Thames dials a meeting of Albion's, and the agreement between the two changes.</summary>
[Collection(BorderCollection.Name)]
public sealed class AgreementTests(BorderWorld border)
{
    const string Caller = "sip:carol@thames.example";
    const string Meetings = "\"services\":[{\"service\":\"meeting\"}]";

    [Theory]
    [InlineData(null, "no-agreement", 1003)]
    [InlineData($"\"stage\":\"draft\",{Meetings}", "agreement-draft", 1004)]
    [InlineData($"\"stage\":\"suspended\",{Meetings}", "agreement-not-in-force", 1005)]
    [InlineData($"\"stage\":\"trial\",\"testAccounts\":[\"dan@thames.example\"],{Meetings}", "not-a-test-account", 1006)]
    [InlineData("\"stage\":\"commercial\",\"services\":[{\"service\":\"directory\"}]", "service-not-covered", 1007)]
    [InlineData($"\"stage\":\"commercial\",\"profiles\":[\"baresip\"],{Meetings}", "profile-not-admitted", 1008)]
    public async Task Invite_ThatTheAgreementDoesNotLetThrough_Is403WithTheIncidentOfItsLogLine(string? terms, string reason, int eventId)
    {
        await border.AgreeAsync(terms);
        var (_, code) = await border.MeetAsync(reason);
        using var trunk = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller));

        Assert.Equal(403, SipText.Status(answer));
        Assert.StartsWith("SIP/2.0 403 Forbidden\r\n", answer, StringComparison.Ordinal);
        var incident = SipText.Header(answer, "X-Meetpoint-Incident");
        Assert.NotNull(incident);
        var line = await border.Log.OneLineAsync(mark, incident);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"[{eventId}] refused.{reason} "), line, StringComparison.Ordinal);
        Assert.Contains("origin=thames", line, StringComparison.Ordinal);
        Assert.Contains("target=albion", line, StringComparison.Ordinal);
        Assert.DoesNotContain(reason, answer, StringComparison.Ordinal); // the wire is told no more than it should know
    }

    [Fact]
    public async Task Invite_OverTheAgreementsPorts_Is480WithQ850Cause42UntilOneLeaves()
    {
        await border.AgreeAsync($"\"stage\":\"commercial\",\"aToB\":{{\"ports\":1}},{Meetings}");
        var (_, code) = await border.MeetAsync("One port");
        using var trunk = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        var first = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller);
        var taken = await trunk.InviteAsync(first);
        Assert.True(SipText.Status(taken) == 200, taken + border.Albion.Process.LogTail());
        trunk.Send(first.Within(taken, "ACK", 1).ToString());
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller));

        Assert.Equal(480, SipText.Status(answer));
        Assert.StartsWith("Q.850;cause=42", SipText.Header(answer, "Reason"), StringComparison.Ordinal);
        var line = await border.Log.OneLineAsync(mark, "[1010] refused.over-limit");
        Assert.Contains("agreement=thames-albion", line, StringComparison.Ordinal);
        Assert.Contains("limit=Ports 1 of 1", line, StringComparison.Ordinal);

        trunk.Send(first.Within(taken, "BYE", 2).ToString());
        Assert.Equal(200, SipText.Status(await trunk.AnswerAsync("2 BYE")));
        // The port is free once the end of the first is durable.
        var (next, free) = await Expect.EventuallyAsync(
            async () =>
            {
                var again = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller);
                var got = await trunk.InviteAsync(again);
                return SipText.Status(got) == 200 ? Tuple.Create(again, got) : null;
            },
            BorderWorld.Soon, "the port to be free again", border.Albion.Process.LogTail);
        trunk.Send(next.Within(free, "ACK", 1).ToString());
        trunk.Send(next.Within(free, "BYE", 2).ToString());
        await trunk.AnswerAsync("2 BYE");
    }

    [Fact]
    public async Task Invite_OfATrunkForSomeoneElsesCustomer_Is403()
    {
        await border.AgreeAsync(null);
        using var trunk = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:meet@albion.example", trunk.Local, "sip:alice@albion.example"));

        Assert.Equal(403, SipText.Status(answer));
        await border.Log.OneLineAsync(mark, "[1002] refused.origin-not-allowed", SipText.Header(answer, "X-Meetpoint-Incident")!);
    }

    [Fact]
    public async Task Booking_UnderADraft_Is403WithTheIncidentOfItsLogLine()
    {
        await SetStageAsync("draft");
        try
        {
            var mark = border.Log.Mark();
            var reply = await border.BookAsync(border.Request("Draft", Duration.FromHours(20), border.World.Bob.Address));

            Assert.Equal(403, reply.Status);
            Assert.Equal("/problems/agreement-draft", reply.Type);
            Assert.NotNull(reply.Incident);
            Assert.Equal(reply.Incident, (string?)reply.Body!["incident"]);
            await border.Log.OneLineAsync(mark, "[1004] refused.agreement-draft", reply.Incident);
        }
        finally
        {
            await SetStageAsync("commercial");
        }
    }

    [Fact]
    public async Task Booking_OverTheAgreementsPorts_Is429OnTheOrganisersSide()
    {
        await SetPortsAsync(1);
        try
        {
            var mark = border.Log.Mark();
            var reply = await border.BookAsync(border.Request("Too many", Duration.FromHours(21), border.World.Bob.Address));

            Assert.Equal(429, reply.Status);
            Assert.Equal("/problems/over-limit", reply.Type);
            await border.Log.OneLineAsync(mark, "[1010] refused.over-limit", reply.Incident!);
        }
        finally
        {
            await SetPortsAsync(400);
        }
    }

    Task SetStageAsync(string stage) => BorderWorld.AmendAsync(border.Albion, agreement => agreement["stage"] = stage);

    Task SetPortsAsync(int ports) => BorderWorld.AmendAsync(border.Liberty, agreement =>
    {
        agreement["aToB"]!["ports"] = ports;
        agreement["bToA"]!["ports"] = ports;
    });
}
