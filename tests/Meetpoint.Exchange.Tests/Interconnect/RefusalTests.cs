using Meetpoint.Exchange.Interconnect;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(RefusalReason.UnknownSender, 0, 401, "")]
    [InlineData(RefusalReason.OriginNotAllowed, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.NoAgreement, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.AgreementDraft, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.AgreementNotInForce, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.NotATestAccount, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.ServiceNotCovered, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.ProfileNotAdmitted, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.NotOnWhiteList, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.OverLimit, 480, 429, "Reason")]
    [InlineData(RefusalReason.OverRate, 480, 429, "Reason")]
    [InlineData(RefusalReason.LimitUnknown, 480, 429, "Reason")]
    [InlineData(RefusalReason.NoRoute, 404, 404, "")]
    [InlineData(RefusalReason.Loop, 482, 0, "")]
    [InlineData(RefusalReason.TooManyHops, 483, 0, "")]
    [InlineData(RefusalReason.EndpointNotFree, 486, 409, "")]
    [InlineData(RefusalReason.WrongPin, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.MeetingLocked, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.NotAdmittedFromLobby, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.Overload, 503, 503, "Retry-After")]
    [InlineData(RefusalReason.Maintenance, 503, 503, "Retry-After")]
    [InlineData(RefusalReason.MeetingNotOpen, 480, 0, "Retry-After")]
    [InlineData(RefusalReason.DiscoveryNotAgreed, 403, 403, "X-Meetpoint-Incident")]
    [InlineData(RefusalReason.AllowanceUsedUp, 480, 429, "Reason")]
    [InlineData(RefusalReason.RecordingNotAgreed, 403, 403, "X-Meetpoint-Incident")]
    public void Row_Reason_IsTheDesignsOwn(RefusalReason reason, int sip, int api, string header)
    {
        var refusal = Refusal.By(reason, default, new IncidentId(1)) with { RetryAfterSeconds = 7 };
        (refusal.Row.Reason, refusal.Row.SipStatus, refusal.Row.ApiStatus).ShouldBe((reason, sip, api));
        string.Join(',', RefusalTable.SipHeaders(refusal).Select(item => item.Name)).ShouldBe(header);
        refusal.Row.Sampled.ShouldBe(reason == RefusalReason.UnknownSender);
        ((int)refusal.Row.LogLevel).ShouldBeGreaterThanOrEqualTo((int)LogLevel.Information);
    }

    [Fact]
    public void Rows_AllReasons_HaveOneWithACodeOfTheirOwn()
    {
        var rows = RefusalTable.Rows.ToArray();
        rows.Select(row => row.Reason).ShouldBe(Enum.GetValues<RefusalReason>().Skip(1));
        rows.Select(row => row.EventId).ShouldBeUnique();
        rows.Select(row => row.EventCode).ShouldBeUnique();
        rows.Select(row => row.ApiType).ShouldBeUnique();
        RefusalTable.Row(RefusalReason.OverLimit).EventCode.ShouldBe("refused.over-limit");
    }

    [Fact]
    public void SipHeaders_Limit_CarriesQ850Cause42() =>
        RefusalTable.SipHeaders(Refusal.By(RefusalReason.OverLimit, default, default)).Single().Value.ShouldStartWith("Q.850;cause=42;");

    [Fact]
    public void Incident_Text_IsFixedAndReadable() => new IncidentId(ulong.MaxValue).ToString().ShouldBe("inc_fzzzzzzzzzzzz");

    [Fact]
    public void Correlation_Source_RepeatsFromItsSeedAndNeverTwice()
    {
        var (one, two) = (Worlds.Ids(), Worlds.Ids());
        var ids = Enumerable.Range(0, 10_000).Select(_ => one.Next()).ToList();
        ids.ShouldBeUnique();
        ids[0].ShouldBe(two.Next());
        CorrelationId.TryParse(ids[0].ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(ids[0]);
        CorrelationId.TryParse("zz", out _).ShouldBeFalse();
    }
}
