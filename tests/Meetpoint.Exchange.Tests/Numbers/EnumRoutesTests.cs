using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Numbers;

public sealed class EnumRoutesTests
{
    readonly VirtualWorld _virtual = new(3);
    readonly VirtualEventLoop _loop;
    readonly Answers _answers;

    public EnumRoutesTests()
    {
        _loop = _virtual.CreateLoop("all");
        _answers = new Answers(_loop);
    }

    [Theory]
    [InlineData("sip:+4930123@gamma.example", false, "gamma.example", "gamma")]
    [InlineData("sip:x@LIBERTY.example:5070;transport=tcp", false, "liberty.example", "liberty")]
    [InlineData("sip:x@evil.example", false, null, null)]
    [InlineData("sip:x@evil.example", true, "evil.example", null)]
    [InlineData("sip:192.0.2.66", false, null, null)]
    [InlineData("sip:<>@gamma.example", true, null, null)]
    public void Find_Uri_LeadsToKnownProvidersUnlessTheRouteAllowsMore(string uri, bool anyDomain, string? domain, string? provider)
    {
        _answers.Uri = uri;
        var admission = NumberWorld.Admission(document => document with
        {
            Routes = [new Route { Id = "german", Prefix = "+49", Provider = "gamma", Candidates = [new() { Enum = "private.example", AnyDomain = anyDomain }, new() { Via = "to-liberty" }] }],
        });
        var candidate = admission.World.Find("+4930123")!.Routes.Candidates[0];
        (candidate.IsLocal, candidate.EnumSuffix).ShouldBe((false, "private.example"));
        EnumRoute? found = null;
        var isDone = false;
        var routes = new EnumRoutes(new EnumResolver(_answers, _loop), () => admission.World);
        _loop.Post(() => routes.Find(candidate, "+4930123"u8, 100, route => (found, isDone) = (route, true)));
        _virtual.RunUntil(() => isDone, MonotonicTime.Second).ShouldBeTrue();
        _answers.Asked.ShouldBe("3.2.1.0.3.9.4.private.example");
        (found?.Domain, found?.Destination?.Provider.Id).ShouldBe((domain, provider));
        if (found?.Destination is not null)
            admission.World.Find(found.Domain)!.Routes.Candidates.ShouldNotContain(way => way.EnumSuffix != null, "the domain leads to no second look-up");
    }

    [Fact]
    public void Admit_NumberWithEnumRoute_HasTheLookUpAsItsFirstWay()
    {
        var admission = NumberWorld.Admission(document => document with
        {
            Routes = [new Route { Id = "german", Prefix = "+1212", Candidates = [new() { Enum = EnumResolver.PublicSuffix }, new() { Via = "to-liberty" }] }],
        });
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "+12125550100", Kind = GrantKind.Call, Now = Tests.Interconnect.Worlds.Now, NowNs = 0 };
        admission.Admit(in request, out var grant, out _).ShouldBeTrue();
        grant.Candidates.Count.ShouldBe(2);
        grant.Target.Id.ShouldBe("liberty");
    }

    sealed class Answers(IEventLoop loop) : INameResolver
    {
        public string Uri { get; set; } = "";

        public string? Asked { get; private set; }

        public void Query(string name, DnsType type, Action<DnsAnswer> done)
        {
            Asked = name;
            loop.Post(() => done(new DnsAnswer(DnsAnswerStatus.Found, [new NaptrRecord(name, 60, 10, 10, "u", "E2U+sip", $"!^.*$!{Uri}!", "")])));
        }
    }
}
