using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class AdmissionTests
{
    static AdmissionRequest Own(string target, GrantKind kind = GrantKind.Participant, string caller = "alice@albion.example") =>
        new() { IsOwn = true, Origin = "albion", Caller = caller, Target = target, Kind = kind, Now = Worlds.Now, NowNs = 0 };

    static RefusalReason ReasonOf(Admission admission, in AdmissionRequest request)
    {
        if (admission.Admit(in request, out var grant, out var refusal))
        {
            grant.IsHeld.ShouldBeTrue();
            grant.Release().ShouldBeTrue();
            return RefusalReason.None;
        }

        grant.IsHeld.ShouldBeFalse();
        refusal.Describe().ShouldStartWith(refusal.Row.EventCode);
        admission.CountHeld().ShouldBe(0, "a refusal holds nothing");
        return refusal.Reason;
    }

    static RefusalReason ReasonUnder(Func<Agreement, Agreement> change, GrantKind kind = GrantKind.Participant, string? profile = null) =>
        ReasonOf(Worlds.Admission(Worlds.WithAgreement(change)), new AdmissionRequest
        {
            IsOwn = true, Origin = "albion", Caller = "alice@albion.example", Target = "room@liberty.example", Kind = kind, Profile = profile, Now = Worlds.Now, NowNs = 0,
        });

    [Fact]
    public void Admit_DirectAgreement_GrantsWithChainAndCandidates()
    {
        var admission = Worlds.Admission();
        admission.Admit(Own("sip:room@LIBERTY.example:5061;transport=tls"), out var grant, out _).ShouldBeTrue();
        grant.LinkCount.ShouldBe(1);
        grant.Link(0).Agreement.Id.ShouldBe("albion-liberty");
        grant.Link(0).VersionHash.Length.ShouldBe(64);
        grant.Link(0).Charges[0].Tariff.Id.ShouldBe("standard");
        grant.Correlation.IsNull.ShouldBeFalse();
        grant.Candidates.Count.ShouldBe(1);
        foreach (var candidate in grant.Candidates)
            candidate.Neighbour!.Neighbour.Id.ShouldBe("to-liberty");
        admission.CountHeld().ShouldBe(1);
        grant.Link(0).Limits.InUse.Ports.ShouldBe(1);
        var slice = grant.Link(0).Limits;
        grant.Release().ShouldBeTrue();
        grant.Release().ShouldBeFalse("a grant is released once");
        slice.InUse.Ports.ShouldBe(0);
        Should.Throw<InvalidOperationException>(() => grant.Kind);
    }

    [Fact]
    public void Admit_ThroughAThirdParty_TakesBothAgreements()
    {
        Worlds.Admission().Admit(Own("room@gamma.example"), out var grant, out _).ShouldBeTrue();
        grant.LinkCount.ShouldBe(2);
        (grant.Link(0).Agreement.Id, grant.Link(1).Agreement.Id).ShouldBe(("albion-liberty", "liberty-gamma"));
    }

    [Fact]
    public void Admit_WithinOneProvider_NeedsNoAgreement()
    {
        Worlds.Admission().Admit(Own("+44 20 7946 0001"), out var grant, out _).ShouldBeTrue();
        grant.LinkCount.ShouldBe(0);
        grant.Endpoint!.Id.ShouldBe("alice-phone");
        grant.User!.Id.ShouldBe("alice");
    }

    [Fact]
    public void Admit_KnownCorrelation_IsKept()
    {
        CorrelationId.TryParse("0123456789abcdef0123456789abcdef", out var id).ShouldBeTrue();
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Cascade, Correlation = id, Now = Worlds.Now, NowNs = 0 };
        Worlds.Admission().Admit(in request, out var grant, out _).ShouldBeTrue();
        grant.Correlation.ToString().ShouldBe("0123456789abcdef0123456789abcdef");
    }

    [Fact]
    public void Admit_NobodyKnown_IsUnknownSender() => ReasonOf(
        Worlds.Admission(), new AdmissionRequest { Target = "alice@albion.example", Now = Worlds.Now, NowNs = 0 }).ShouldBe(RefusalReason.UnknownSender);

    [Fact]
    public void Admit_NeighbourOfAnOlderWorld_IsFoundInTheNewOneOrUnknown()
    {
        var limits = new LimitBook();
        var admission = Worlds.Admission(limits: limits);
        var old = admission.World.FindNeighbour("to-liberty");
        admission.Apply(World.Build(Worlds.Document, "albion.example", limits));
        ReasonOf(admission, new AdmissionRequest { Sender = old, Target = "alice@albion.example", Kind = GrantKind.Meeting, Now = Worlds.Now, NowNs = 0 })
            .ShouldBe(RefusalReason.None);
        admission.Apply(World.Build(Worlds.Document with { Neighbours = [], Routes = [] }, "albion.example", limits));
        ReasonOf(admission, new AdmissionRequest { Sender = old, Target = "alice@albion.example", Now = Worlds.Now, NowNs = 0 }).ShouldBe(RefusalReason.UnknownSender);
    }

    [Theory]
    [InlineData("gamma", RefusalReason.NoAgreement, "albion@delta.example")] // Liberty may speak for Gamma
    [InlineData("delta", RefusalReason.OriginNotAllowed, "alice@albion.example")]
    [InlineData("nobody", RefusalReason.OriginNotAllowed, "alice@albion.example")]
    public void Admit_OriginOfANeighbour_MustBeItsOwn(string origin, RefusalReason expected, string target)
    {
        var document = Worlds.Document with { Neighbours = [.. Worlds.Document.Neighbours, new Neighbour { Id = "d", Provider = "delta", Kind = NeighbourKind.SipTrunk }] };
        var admission = Worlds.Admission(document);
        ReasonOf(admission, new AdmissionRequest { Sender = admission.World.FindNeighbour("to-liberty"), Origin = origin, Target = target, Now = Worlds.Now, NowNs = 0 })
            .ShouldBe(expected);
    }

    [Fact]
    public void Admit_NoAgreement_IsRefused() => ReasonOf(Worlds.Admission(), Own("room@delta.example")).ShouldBe(RefusalReason.NoAgreement);

    [Theory]
    [InlineData(AgreementStage.Draft, RefusalReason.AgreementDraft)]
    [InlineData(AgreementStage.Suspended, RefusalReason.AgreementNotInForce)]
    [InlineData(AgreementStage.Ended, RefusalReason.AgreementNotInForce)]
    [InlineData(AgreementStage.Trial, RefusalReason.NotATestAccount)]
    [InlineData(AgreementStage.Amended, RefusalReason.None)]
    public void Admit_Stage_DecidesFirst(AgreementStage stage, RefusalReason expected) =>
        ReasonUnder(agreement => agreement with { Stage = stage, TestAccounts = ["test@albion.example"] }).ShouldBe(expected);

    [Fact]
    public void Admit_TrialWithTestAccount_IsGranted() =>
        ReasonUnder(agreement => agreement with { Stage = AgreementStage.Trial, TestAccounts = ["Alice@Albion.example"] }).ShouldBe(RefusalReason.None);

    [Fact]
    public void Admit_NotYetValid_IsRefused() =>
        ReasonUnder(agreement => agreement with { ValidFrom = Worlds.Now + Duration.FromSeconds(1) }).ShouldBe(RefusalReason.AgreementNotInForce);

    [Fact]
    public void Admit_AtItsEnd_IsRefused() =>
        ReasonUnder(agreement => agreement with { ValidUntil = Worlds.Now }).ShouldBe(RefusalReason.AgreementNotInForce);

    [Fact]
    public void Admit_ServiceNotNamed_IsRefused() => ReasonUnder(agreement => agreement, GrantKind.Directory).ShouldBe(RefusalReason.ServiceNotCovered);

    [Fact]
    public void Admit_ServiceInTheOtherDirection_IsRefused()
    {
        var admission = Worlds.Admission();
        ReasonOf(admission, new AdmissionRequest
        {
            Sender = admission.World.FindNeighbour("to-liberty"), Target = "alice@albion.example", Kind = GrantKind.Call, Now = Worlds.Now, NowNs = 0,
        }).ShouldBe(RefusalReason.ServiceNotCovered);
    }

    [Theory]
    [InlineData("generic", RefusalReason.None)]
    [InlineData("sipp", RefusalReason.ProfileNotAdmitted)]
    [InlineData("unheard-of", RefusalReason.ProfileNotAdmitted)]
    public void Admit_Profile_MustBeAdmitted(string profile, RefusalReason expected) =>
        ReasonUnder(agreement => agreement with { Profiles = ["generic"] }, profile: profile).ShouldBe(expected);

    [Theory]
    [InlineData("bob@liberty.example", RefusalReason.None)]
    [InlineData("eve@liberty.example", RefusalReason.NotOnWhiteList)]
    public void Admit_WhiteList_HoldsForTheEndpoint(string caller, RefusalReason expected)
    {
        var admission = Worlds.Admission();
        ReasonOf(admission, new AdmissionRequest
        {
            Sender = admission.World.FindNeighbour("to-liberty"), Caller = caller, Target = "vault@albion.example", Kind = GrantKind.Meeting, Now = Worlds.Now, NowNs = 0,
        }).ShouldBe(expected);
    }

    [Fact]
    public void Admit_OverThePorts_IsRefusedUntilOneIsReleased()
    {
        var admission = Worlds.Admission();
        var held = new List<Grant>();
        for (var i = 0; i < 3; i++)
        {
            admission.Admit(Own("room@liberty.example"), out var grant, out _).ShouldBeTrue();
            held.Add(grant);
        }

        admission.Admit(Own("room@liberty.example"), out _, out var refusal).ShouldBeFalse();
        (refusal.Reason, refusal.Limit).ShouldBe((RefusalReason.OverLimit, LimitKind.Ports));
        refusal.Describe().ShouldContain("Ports 3 of 3");
        held[0].Release();
        admission.Admit(Own("room@liberty.example"), out _, out _).ShouldBeTrue();
    }

    [Fact]
    public void Admit_OverTheRate_IsRefusedUntilTimeHasPassed()
    {
        var admission = Worlds.Admission(Worlds.WithAgreement(agreement => agreement with { AToB = new DirectionLimits { CallsPerSecond = 4 } }));
        for (var i = 0; i < 4; i++)
            ReasonOf(admission, Own("room@liberty.example")).ShouldBe(RefusalReason.None);
        ReasonOf(admission, Own("room@liberty.example")).ShouldBe(RefusalReason.OverRate);
        var later = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Call, Now = Worlds.Now, NowNs = 250 * MonotonicTime.Millisecond };
        ReasonOf(admission, in later).ShouldBe(RefusalReason.None);
        ReasonOf(admission, in later).ShouldBe(RefusalReason.OverRate);
    }

    [Fact]
    public void Admit_SecondLinkFull_GivesTheFirstBack()
    {
        var document = Worlds.Document;
        document = document with { Agreements = [document.Agreements[0], document.Agreements[1] with { AToB = new DirectionLimits { Ports = 0 } }] };
        var limits = new LimitBook();
        ReasonOf(Worlds.Admission(document, limits), Own("room@gamma.example")).ShouldBe(RefusalReason.OverLimit);
        limits.Slices.ShouldAllBe(slice => slice.InUse == default(SliceUse));
    }

    [Theory]
    [InlineData("room@nowhere.example")]
    [InlineData("+33123")]
    [InlineData("not an address")]
    [InlineData("")]
    public void Admit_UnknownTarget_IsNoRoute(string target) => ReasonOf(Worlds.Admission(), Own(target)).ShouldBe(RefusalReason.NoRoute);

    [Fact]
    public void Admit_OnlyWayBackToTheSender_IsNoRoute()
    {
        var admission = Worlds.Admission();
        ReasonOf(admission, new AdmissionRequest
        {
            Sender = admission.World.FindNeighbour("to-liberty"), Target = "x@liberty.example", Now = Worlds.Now, NowNs = 0,
        }).ShouldBe(RefusalReason.NoRoute);
    }

    [Fact]
    public void Admit_PathWithUs_IsALoop() => ReasonOf(Worlds.Admission(), new AdmissionRequest
    {
        IsOwn = true, Origin = "albion", Target = "room@liberty.example", Path = new[] { "x.example", "Albion.example" }, Now = Worlds.Now, NowNs = 0,
    }).ShouldBe(RefusalReason.Loop);

    [Fact]
    public void Admit_EveryWayCrossesThePath_IsALoop() => ReasonOf(Worlds.Admission(), new AdmissionRequest
    {
        IsOwn = true, Origin = "albion", Target = "room@gamma.example", Path = new[] { "gamma.example" }, Kind = GrantKind.Meeting, Now = Worlds.Now, NowNs = 0,
    }).ShouldBe(RefusalReason.Loop);

    [Fact]
    public void Admit_LongPath_IsTooManyHops() => ReasonOf(Worlds.Admission(), new AdmissionRequest
    {
        IsOwn = true, Origin = "albion", Target = "room@liberty.example",
        Path = Enumerable.Range(0, Admission.MaxHops).Select(i => $"x{i}.example").ToArray(), Now = Worlds.Now, NowNs = 0,
    }).ShouldBe(RefusalReason.TooManyHops);

    [Theory]
    [InlineData(false, RefusalReason.Overload)]
    [InlineData(true, RefusalReason.Maintenance)]
    public void Admit_GateClosed_RefusesTheWholeNeighbour(bool maintenance, RefusalReason expected)
    {
        var admission = Worlds.Admission();
        var sender = admission.World.FindNeighbour("to-liberty")!;
        sender.Gate.Close(5 * MonotonicTime.Second, maintenance);
        var request = new AdmissionRequest { Sender = sender, Target = "alice@albion.example", Kind = GrantKind.Meeting, Now = Worlds.Now, NowNs = 1 };
        admission.Admit(in request, out _, out var refusal).ShouldBeFalse();
        (refusal.Reason, refusal.RetryAfterSeconds).ShouldBe((expected, 5));
        sender.Gate.Open();
        ReasonOf(admission, in request).ShouldBe(RefusalReason.None);
    }

    [Fact]
    public void Admit_NoGrantLeft_IsOverloadAndHoldsNothing()
    {
        var admission = Worlds.Admission(maxGrants: 1);
        var held = 0;
        Refusal refusal;
        while (admission.Admit(Own("alice@albion.example"), out _, out refusal))
            held++;
        held.ShouldBe(1024, "one chunk");
        (refusal.Reason, refusal.RetryAfterSeconds).ShouldBe((RefusalReason.Overload, Admission.OverloadRetrySeconds));
    }

    [Fact]
    public void Admit_Warm_AllocatesNothing()
    {
        var admission = Worlds.Admission(Worlds.WithAgreement(agreement => agreement with { AToB = new DirectionLimits { Ports = 10 } }));
        var path = new[] { "x.example" };
        long Measure(int times)
        {
            var before = Allocations.Begin();
            for (var i = 0; i < times; i++)
            {
                var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@gamma.example", Path = path, Kind = GrantKind.Participant, Now = Worlds.Now, NowNs = i };
                if (admission.Admit(in request, out var grant, out _))
                    grant.Release();
                request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@delta.example", Now = Worlds.Now, NowNs = i };
                admission.Admit(in request, out _, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Measure(1_000);
        Measure(10_000).ShouldBe(0, "bytes in 20,000 decisions, half of them refusals");
    }
}
