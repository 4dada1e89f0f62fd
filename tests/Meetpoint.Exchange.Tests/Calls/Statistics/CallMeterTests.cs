using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls.Statistics;

public sealed class CallMeterTests
{
    static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 9, 7);

    readonly VirtualWorld _time = new(1);
    readonly VirtualEventLoop _loop;
    readonly CallStatistics _statistics = new();
    readonly CallMeter _meter;
    readonly World _world = World.Build(
        new WorldDocument
        {
            Providers = [new Provider { Id = "albion", Name = "Albion", Exchange = "albion.example", Prefixes = ["+44"] }],
            Neighbours = [.. new[] { "in", "first", "second" }.Select(id => new Neighbour { Id = id, Provider = "albion", Kind = NeighbourKind.SipTrunk })],
        },
        "albion.example", new LimitBook());

    public CallMeterTests()
    {
        _loop = _time.CreateLoop("calls");
        _meter = new CallMeter(_statistics, _loop, new StillClock());
    }

    [Fact]
    public void Call_ThatIsTriedAtTwoNeighbours_IsAnAttemptOfEachAndOfWhoSentIt()
    {
        var call = Begin("first");
        Pass(5);
        Try(call, "first"); // at another address
        Pass(27);
        Try(call, "second");
        Pass(1);
        _meter.Heard(call, Response(180));
        Pass(9);
        _meter.Heard(call, Response(200));
        Pass(60);
        _meter.Ended(call);

        var first = Figures("first");
        (first.Seizures, first.Answered, first.Causes.Keys.Single()).ShouldBe((1, 0, 102), "nobody answered there");
        var second = Figures("second");
        (second.Seizures, second.Answered, second.AcdSeconds, second.PddMs).ShouldBe((1, 1, 60, 1_000));
        var came = Figures("in");
        (came.Direction, came.Destination, came.Seizures, came.Answered, came.AcdSeconds, came.PddMs).ShouldBe((CallDirection.Incoming, "+44", 1, 1, 60, 33_000));
    }

    [Fact]
    public void Call_Refused_HasTheCauseThatWasTold()
    {
        var call = Begin("first");
        _meter.Heard(call, Response(480, "Reason: Q.850;cause=34\r\n"));
        _meter.Failed(call, 480);
        Figures("first").Causes.Keys.ShouldBe([34]);
        Figures("in").Causes.Keys.ShouldBe([34], "it went back as it came");
    }

    [Fact]
    public void Call_RefusedInAnotherWayThanItCame_HasTheCauseOfItsAnswer()
    {
        var call = Begin("first");
        _meter.Heard(call, Response(503, "Reason: Q.850;cause=34\r\n"));
        _meter.Failed(call, 500);
        Figures("first").Causes.Keys.ShouldBe([34]);
        Figures("in").Causes.Keys.ShouldBe([41]);
    }

    [Fact]
    public void Call_AnsweredAndNotConnected_IsNotAnswered()
    {
        var call = Begin("first");
        _meter.Heard(call, Response(200));
        _meter.Failed(call, 500);
        (Figures("first").Answered, Figures("in").Answered).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n", true)]
    public void Progress_WithEarlyMedia_IsRinging(string sdp, bool rings)
    {
        var call = Begin("first");
        Pass(2);
        _meter.Heard(call, Response(183, sdp.Length > 0 ? "Content-Type: application/sdp\r\n" : "", sdp));
        _meter.Failed(call, 487);
        Figures("first").PddMs.ShouldBe(rings ? 2_000 : null);
        Figures("first").Effective.ShouldBe(rings ? 1 : 0, "a caller who hangs up while it rings has been served");
    }

    [Fact]
    public void Ended_AtTheLastProofOfLife_CountsToThere()
    {
        var call = Begin("first");
        _meter.Heard(call, Response(200));
        Pass(100);
        _meter.Ended(call, Now - Duration.FromSeconds(70));
        _meter.Ended(call);
        (Figures("first").Seizures, Figures("first").AcdSeconds).ShouldBe((1, 30));
    }

    [Fact]
    public void Refused_AtTheWaist_IsAnAttemptOfWhoSentIt()
    {
        var invite = CallMessages.Invite("From: <sip:alice@albion.example>;tag=1");
        _meter.Refused(invite, Neighbour("in"), _world, new Refusal { Reason = RefusalReason.OverLimit, Target = _world.Providers[0] });
        _meter.Refused(invite, null, _world, new Refusal { Reason = RefusalReason.NoRoute });
        var figures = Figures("in");
        (figures.Destination, figures.Seizures, figures.Causes.Keys.Single()).ShouldBe(("liberty.example", 1, 42));
    }

    [Fact]
    public void Refused_ToADomainOfNobody_IsNotKeptApart()
    {
        _meter.Refused(CallMessages.Invite("From: <sip:alice@albion.example>;tag=1"), Neighbour("in"), _world, new Refusal { Reason = RefusalReason.NoRoute });
        (Figures("in").Destination, Figures("in").Causes.Keys.Single()).ShouldBe((CallStatistics.OtherDestinations, 1));
    }

    [Fact]
    public void Call_ToADestinationMetBefore_CostsNoMemory()
    {
        var (ringing, answer) = (Response(180), Response(200));
        var calls = Enumerable.Range(0, 100).Select(_ => New()).ToArray();
        Run(calls[0]);
        var before = Allocations.Begin();
        foreach (var call in calls)
            Run(call);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run(RelayedCall call)
        {
            _meter.Came(call, _world);
            _meter.Tried(call);
            _meter.Heard(call, ringing);
            _meter.Heard(call, answer);
            _meter.Ended(call);
        }
    }

    RelayedCall Begin(string to)
    {
        var call = New();
        _meter.Came(call, _world);
        Try(call, to);
        return call;
    }

    RelayedCall New() => new()
    {
        Id = "call_1",
        Grant = default,
        Mode = CallMode.Transparent,
        From = new CallParty(Neighbour("in"), null),
        To = new CallParty(Neighbour("first"), null),
        Caller = "alice@albion.example",
        Called = "sip:02079460000@albion.example",
        Number = "+442079460000",
        Began = Now,
    };

    void Try(RelayedCall call, string to)
    {
        call.To = new CallParty(Neighbour(to), null);
        _meter.Tried(call);
    }

    void Pass(int seconds) => _time.RunFor(seconds * MonotonicTime.Second);

    NeighbourEntry Neighbour(string id) => _world.FindNeighbour(id)!;

    CallFigures Figures(string partner) =>
        _statistics.Figures(new Interval(Now - Duration.FromHours(1), Now + Duration.FromHours(1)), key => key.Partner == partner).ShouldHaveSingleItem();

    static SipMessage Response(int status, string more = "", string body = "") => CallMessages.Parse(
        $"SIP/2.0 {status} Said\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@a.example>;tag=1\r\nTo: <sip:b@b.example>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
        + $"{more}Content-Length: {body.Length}\r\n\r\n{body}");

    sealed class StillClock : IClock
    {
        public Instant GetCurrentInstant() => Now;
    }
}
