using Meetpoint.Demo;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Refusals;

/// <summary>What agreements let through: a trunk of Thames dials a meeting of Albion's, and the agreement between the two changes.</summary>
[Collection(BorderCollection.Name)]
public sealed class AgreementTests(BorderWorld border)
{
    const string Caller = "sip:carol@thames.example";
    const string Meetings = "\"services\":[{\"service\":\"meeting\"}]";

    [Theory]
    [InlineData(null, RefusalReason.NoAgreement)]
    [InlineData($"\"stage\":\"draft\",{Meetings}", RefusalReason.AgreementDraft)]
    [InlineData($"\"stage\":\"suspended\",{Meetings}", RefusalReason.AgreementNotInForce)]
    [InlineData($"\"stage\":\"ended\",{Meetings}", RefusalReason.AgreementNotInForce)]
    [InlineData($"\"stage\":\"commercial\",\"validFrom\":\"2099-01-01T00:00:00Z\",{Meetings}", RefusalReason.AgreementNotInForce)]
    [InlineData($"\"stage\":\"commercial\",\"validUntil\":\"2020-01-01T00:00:00Z\",{Meetings}", RefusalReason.AgreementNotInForce)]
    [InlineData($"\"stage\":\"trial\",\"testAccounts\":[\"dan@thames.example\"],{Meetings}", RefusalReason.NotATestAccount)]
    [InlineData("\"stage\":\"commercial\",\"services\":[{\"service\":\"directory\"}]", RefusalReason.ServiceNotCovered)]
    [InlineData("\"stage\":\"commercial\",\"services\":[{\"service\":\"meeting\",\"direction\":\"b-to-a\"}]", RefusalReason.ServiceNotCovered)]
    [InlineData($"\"stage\":\"commercial\",\"profiles\":[\"baresip\"],{Meetings}", RefusalReason.ProfileNotAdmitted)]
    [Provokes(
        Wire.Sip, RefusalReason.NoAgreement, RefusalReason.AgreementDraft, RefusalReason.AgreementNotInForce, RefusalReason.NotATestAccount,
        RefusalReason.ServiceNotCovered, RefusalReason.ProfileNotAdmitted)]
    public async Task Invite_ThatTheAgreementDoesNotLetThrough_Is403WithTheIncidentOfItsLogLine(string? terms, RefusalReason reason)
    {
        await border.AgreeAsync(terms);
        var (_, code) = await border.MeetAsync(reason.ToString());
        using var trunk = Thames();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller));

        var line = await RefusalSeen.OnSipAsync(border, mark, answer, reason, "neighbour=thames-network", "origin=thames", "target=albion");
        Assert.Equal(terms is not null, line.Contains("agreement=thames-albion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invite_OfTheTestAccountThatATrialNames_IsLetIn()
    {
        await border.AgreeAsync($"\"stage\":\"trial\",\"testAccounts\":[\"carol@thames.example\"],{Meetings}");
        var (_, code) = await border.MeetAsync("On trial");
        using var trunk = Thames();
        var invite = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller);

        var answer = await trunk.InviteAsync(invite);

        Assert.Equal(200, SipText.Status(answer));
        await trunk.LeaveAsync(invite, answer);
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.OverLimit)]
    public async Task Invite_OverTheAgreementsPorts_Is480WithQ850Cause42UntilOneLeaves()
    {
        await border.AgreeAsync($"\"stage\":\"commercial\",\"aToB\":{{\"ports\":1}},{Meetings}");
        var (_, code) = await border.MeetAsync("One port");
        using var trunk = Thames();
        var first = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller);
        var taken = await trunk.InviteAsync(first);
        Assert.True(SipText.Status(taken) == 200, taken + border.Albion.Process.LogTail());
        trunk.Send(first.Within(taken, "ACK", 1).ToString());
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.OverLimit, "agreement=thames-albion", "limit=Ports 1 of 1", "slice=thames>albion");
        await trunk.LeaveAsync(first, taken);
        // The port is free once the end of the first is durable.
        var (next, free) = await Expect.EventuallyAsync(
            async () =>
            {
                var again = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller);
                var got = await trunk.InviteAsync(again);
                return SipText.Status(got) == 200 ? Tuple.Create(again, got) : null;
            },
            BorderWorld.Soon, "the port to be free again", border.Albion.Process.LogTail);
        await trunk.LeaveAsync(next, free);
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.OverRate)]
    public async Task Invite_FasterThanTheAgreementsRate_Is480WithQ850Cause42()
    {
        await border.AgreeAsync($"\"stage\":\"commercial\",\"aToB\":{{\"callsPerSecond\":1}},{Meetings}");
        var (_, code) = await border.MeetAsync("One a second");
        using var trunk = Thames();
        var mark = border.Log.Mark();

        // All at once: the rate is for those behind the first.
        var invites = Enumerable.Range(2, 4).Select(number => SipText.Invite($"sip:{code}@albion.example", trunk.Local, Caller) with { Sequence = number * 100 }).ToList();
        foreach (var invite in invites)
            trunk.Send(invite.ToString());
        var answers = await trunk.FinalsAsync(invites);

        var refused = answers.Where(pair => SipText.Status(pair.Answer) == 480).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, pair => Assert.StartsWith("Q.850;cause=42", SipText.Header(pair.Answer, "Reason"), StringComparison.Ordinal));
        Assert.Contains(answers, pair => SipText.Status(pair.Answer) == 200);
        var lines = await border.Log.LinesAsync(mark, "[1011] refused.over-rate ", "agreement=thames-albion", "limit=CallsPerSecond 0 of 1");
        Assert.Equal(refused.Count, lines.Count);
        foreach (var (invite, answer) in answers.Where(pair => SipText.Status(pair.Answer) == 200))
            await trunk.LeaveAsync(invite, answer);
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.OriginNotAllowed)]
    public async Task Invite_OfATrunkForSomeoneElsesCustomer_Is403()
    {
        await border.AgreeAsync(null);
        using var trunk = Thames();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:meet@albion.example", trunk.Local, "sip:alice@albion.example"));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.OriginNotAllowed);
    }

    [Fact]
    public async Task Incident_OfARefusal_LeadsToItsEventOnTheCommandLine()
    {
        await border.AgreeAsync(null);
        using var trunk = Thames();
        var answer = await trunk.InviteAsync(SipText.Invite("sip:meet@albion.example", trunk.Local, "sip:alice@albion.example"));
        var incident = SipText.Header(answer, RefusalTable.IncidentHeader)!;

        var (exit, text) = await border.PrintAsync("events", incident);

        Assert.Equal(0, exit);
        Assert.Contains("refused.origin-not-allowed", text, StringComparison.Ordinal);
        Assert.Contains(incident, text, StringComparison.Ordinal);
    }

    RawSip Thames() => RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
}
