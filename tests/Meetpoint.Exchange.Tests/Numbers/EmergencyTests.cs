using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Numbers;

/// <summary>Each "never" of an emergency call.</summary>
public sealed class EmergencyTests
{
    static WorldDocument WithPsap(WorldDocument document) => document with
    {
        Neighbours = [.. document.Neighbours, new Neighbour { Id = "psap", Provider = "delta", Kind = NeighbourKind.SipTrunk, TlsNames = ["psap.example"] }],
        Providers = [document.Providers[0] with { Emergency = ["psap", "albion-core"] }, .. document.Providers.Skip(1)],
    };

    static AdmissionRequest From(Admission admission, string neighbour, string? origin = null) => new()
    {
        Sender = admission.World.FindNeighbour(neighbour),
        Origin = origin,
        IsEmergency = true,
        Kind = GrantKind.Call,
        TargetBytes = "urn:service:sos"u8,
        Now = Tests.Interconnect.Worlds.Now,
        NowNs = 0,
    };

    static List<string> Ways(Grant grant)
    {
        var ways = new List<string>();
        foreach (var candidate in grant.Candidates)
            ways.Add(candidate.Neighbour!.Neighbour.Id);
        return ways;
    }

    [Fact]
    public void Admit_Emergency_GoesToTheEmergencyNeighboursOfTheSendersProvider()
    {
        var admission = NumberWorld.Admission(WithPsap);
        admission.Admit(From(admission, "uk"), out var grant, out _).ShouldBeTrue();
        (grant.IsEmergency, grant.Origin.Id, grant.Target.Id).ShouldBe((true, "albion", "albion"));
        Ways(grant).ShouldBe(["psap", "albion-core"]);
        admission.CountHeld().ShouldBe(1);
        grant.Release().ShouldBeTrue();
        admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Admit_Emergency_NeverGoesBackToItsSender()
    {
        var admission = NumberWorld.Admission(WithPsap);
        admission.Admit(From(admission, "albion-core"), out var grant, out _).ShouldBeTrue();
        Ways(grant).ShouldBe(["psap"]);
    }

    [Fact]
    public void Admit_EmergencyOfAnOwnCustomer_IsGranted()
    {
        var admission = NumberWorld.Admission(WithPsap);
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", IsEmergency = true, Now = Tests.Interconnect.Worlds.Now, NowNs = 0 };
        admission.Admit(in request, out var grant, out _).ShouldBeTrue();
        Ways(grant).ShouldBe(["psap", "albion-core"]);
    }

    [Fact]
    public void Admit_EmergencyWithoutNamedNeighbours_GoesToTheProvidersOwnTrunksAndNoExchange()
    {
        var admission = NumberWorld.Admission();
        admission.Admit(From(admission, "uk"), out var grant, out _).ShouldBeTrue();
        Ways(grant).ShouldBe(["albion-core", "uk-rn", "us", "it", "none", "gateway"]);
        admission.Admit(From(admission, "to-liberty"), out _, out var refusal).ShouldBeFalse("Liberty has an exchange and no trunk here");
        refusal.Reason.ShouldBe(RefusalReason.NoRoute);
    }

    [Fact]
    public void Admit_Emergency_IsNeverMetered()
    {
        var admission = NumberWorld.Admission(WithPsap);
        admission.Admit(From(admission, "uk"), out var grant, out _).ShouldBeTrue();
        (grant.LinkCount, grant.Ports).ShouldBe((0, 0), "no agreement, so no charge leg, no usage record");
    }

    [Fact]
    public void Admit_Emergency_IsNeverCappedNorRateLimited()
    {
        // All limits of the one agreement stand at nought, and the sender is of the other party: a usual call from there has no chance.
        var admission = NumberWorld.Admission(document => WithPsap(document) with
        {
            Agreements = [document.Agreements[0] with { BToA = new() { Meetings = 0, Ports = 0, CallsPerSecond = 0 }, AToB = new() { Meetings = 0, Ports = 0, CallsPerSecond = 0 } }],
        });
        for (var i = 0; i < 100; i++)
            admission.Admit(From(admission, "uk"), out _, out _).ShouldBeTrue();
        foreach (var link in admission.World.Links)
            link.Limits.InUse.Ports.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Admit_Emergency_IsNeverBarredByAGate(bool maintenance)
    {
        var admission = NumberWorld.Admission(WithPsap);
        admission.World.FindNeighbour("uk")!.Gate.Close(10 * MonotonicTime.Second, maintenance);
        admission.Admit(From(admission, "uk"), out _, out _).ShouldBeTrue();
        var usual = From(admission, "uk") with { IsEmergency = false };
        admission.Admit(in usual, out _, out var refusal).ShouldBeFalse("the gate is closed");
        refusal.Reason.ShouldBe(maintenance ? RefusalReason.Maintenance : RefusalReason.Overload);
    }

    [Fact]
    public void Admit_Emergency_IsNeverBarredByGrantsThatAreUsedUp()
    {
        var admission = NumberWorld.Admission(WithPsap, maxGrants: 1);
        var usual = From(admission, "uk") with { IsEmergency = false, Kind = GrantKind.Cascade, TargetBytes = "sip:alice@albion.example"u8 };
        while (admission.Admit(in usual, out _, out _))
        {
        }

        admission.Admit(From(admission, "uk"), out _, out _).ShouldBeTrue();
    }

    [Fact]
    public void Admit_Emergency_IsNeverBarredByAgreementOrOrigin()
    {
        var admission = NumberWorld.Admission(document => WithPsap(document) with { Agreements = [] });
        admission.Admit(From(admission, "uk", "delta"), out var grant, out _).ShouldBeTrue();
        grant.Origin.Id.ShouldBe("albion", "the sender may not speak for Delta: its own provider stands for it");
    }

    [Fact]
    public void Validate_ForeignExchangeForEmergency_IsAFault() =>
        WorldValidator.Validate(NumberWorld.Document with { Providers = [NumberWorld.Document.Providers[0] with { Emergency = ["to-liberty", "nobody"] }, .. NumberWorld.Document.Providers.Skip(1)] })
            .Select(fault => (fault.Path, fault.Code)).ShouldBe([("/providers/0/emergency/0", "foreign-nni"), ("/providers/0/emergency/1", "unknown-reference")]);

    [Fact]
    public void Admit_EmergencyOfNobodyKnown_IsRefused()
    {
        var admission = NumberWorld.Admission(WithPsap);
        var request = new AdmissionRequest { IsEmergency = true, Now = Tests.Interconnect.Worlds.Now, NowNs = 0 };
        admission.Admit(in request, out _, out var refusal).ShouldBeFalse();
        refusal.Reason.ShouldBe(RefusalReason.UnknownSender);
    }

    [Fact]
    public void Admit_EmergencyInCircles_IsRefused()
    {
        var admission = NumberWorld.Admission(WithPsap);
        var request = From(admission, "uk") with { Path = new[] { "albion.example" } };
        admission.Admit(in request, out _, out var refusal).ShouldBeFalse();
        refusal.Reason.ShouldBe(RefusalReason.Loop);
    }
}
