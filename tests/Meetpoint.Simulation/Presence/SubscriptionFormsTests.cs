using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>What a subscriber may ask for besides: many at once, partial documents, fewer notifications.</summary>
public sealed class SubscriptionFormsTests : IDisposable
{
    const string List = """
        <?xml version="1.0" encoding="UTF-8"?>
        <resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>
        <entry uri="sip:user0@albion.example"/><entry uri="sip:user1@albion.example"/><entry uri="sip:nobody@nowhere.example"/>
        </list></resource-lists>
        """;

    readonly SimulatedWorld _world = new(43, new WorldSetup { Systems = true, Users = 4, Rooms = 0 });
    readonly CiscoSystem _cisco;
    readonly Heard _heard;

    public SubscriptionFormsTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        var microsoft = new MicrosoftSystem(_world, _world.Albion);
        _heard = new Heard(microsoft);
        _world.Run(2);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Subscribe_WithAList_BringsAllInOneDocumentAndThenWhatChanges()
    {
        _heard.Subscribe(_world, "user1@albion.example", "list@albion.example", "application/pidf+xml, application/rlmi+xml, multipart/related", ("Supported", "eventlist"), ("Require", "recipient-list-subscribe"), List);
        _world.Until(() => _heard.Bodies.Count > 0, 3, () => $"a first document: {_heard.Ended}");
        var first = _heard.Bodies[^1];
        first.ShouldContain("fullState=\"true\"");
        first.ShouldContain("sip:user0@albion.example");
        first.ShouldContain("noresource", Case.Sensitive, "who is unknown is told so within the list");
        _world.Run(2);
        _heard.Bodies.Clear();
        _cisco.Lift("user0", true);
        _world.Until(() => _heard.Bodies.Any(body => body.Contains("on-the-phone", StringComparison.Ordinal)), 2, () => string.Join("\n---\n", _heard.Bodies));
        var change = _heard.Bodies.Find(body => body.Contains("on-the-phone", StringComparison.Ordinal))!;
        change.ShouldContain("fullState=\"false\"");
        change.ShouldNotContain("sip:user1@albion.example", Case.Sensitive, "only what changed");
    }

    [Fact]
    public void Subscribe_ForPartialDocuments_GetsTheWholeAndThenTheChange()
    {
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf-diff+xml, application/pidf+xml");
        _world.Until(() => _heard.Bodies.Count > 0, 3, () => $"a first document: {_heard.Ended}");
        _heard.Bodies[0].ShouldContain("pidf-full");
        _world.Run(2);
        _cisco.Lift("user0", true);
        _world.Until(() => _heard.Bodies[^1].Contains("on-the-phone", StringComparison.Ordinal), 2, () => _heard.Bodies[^1]);
        _heard.Bodies[^1].ShouldContain("pidf-diff");
    }

    [Fact]
    public void Subscribe_WithAMaximumRate_IsNotifiedNoMoreOftenAndOfTheLast()
    {
        _heard.Event = "presence;max-rate=0.1";
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf+xml");
        _world.Run(30);
        _heard.Bodies.Clear();
        for (var i = 0; i < 10; i++)
        {
            _cisco.Lift("user0", i % 2 == 0);
            _world.Run(2);
        }

        _cisco.Lift("user0", true);
        _world.Run(15);
        _heard.Bodies.Count.ShouldBeLessThanOrEqualTo(5);
        _heard.Bodies[^1].ShouldContain("on-the-phone");
    }

    [Fact]
    public void Subscribe_WithAMinimumRate_IsToldTheStateAgainAndAtWhichRate()
    {
        _heard.Event = "presence;min-rate=0.1";
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf+xml");
        _world.Run(5);
        _heard.States[^1].ShouldContain(";min-rate=0.1");
        _heard.Bodies.Clear();
        _world.Run(60);
        _heard.Bodies.Count.ShouldBeInRange(5, 7, "one each ten seconds, though nothing happens");
        _heard.Bodies.ShouldAllBe(body => body.Contains("user0@albion.example", StringComparison.Ordinal));
        _world.AssertNoFaults();
    }

    [Fact]
    public void Subscribe_ForPartialDocumentsWithAMinimumRate_IsToldTheWhole()
    {
        _heard.Event = "presence;min-rate=50";
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf-diff+xml, application/pidf+xml");
        _world.Run(3);
        _heard.States[^1].ShouldContain(";min-rate=0.2", Case.Sensitive, "no more often than the exchange lets");
        _heard.Bodies.Clear();
        _world.Run(20);
        _heard.Bodies.Count.ShouldBeInRange(3, 5);
        _heard.Bodies.ShouldAllBe(body => body.Contains("pidf-full", StringComparison.Ordinal));
    }

    [Fact]
    public void Subscribe_WithAnAdaptiveRate_IsToldSoOftenOnAverageWhateverElseHappens()
    {
        _heard.Event = "presence;adaptive-min-rate=0.05";
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf+xml");
        _world.Run(400);
        _heard.States[^1].ShouldContain(";adaptive-min-rate=0.05");
        _heard.Bodies.Clear();
        _world.Run(1_000);
        _heard.Bodies.Count.ShouldBeInRange(45, 55, "one each twenty seconds, though nothing happens");

        // Changes that are told each ten seconds are twice what it asked for: nothing is told besides.
        _heard.Bodies.Clear();
        for (var i = 0; i < 60; i++)
        {
            _cisco.Lift("user0", i % 2 == 0);
            _world.Run(10);
        }

        _heard.Bodies.Count.ShouldBeInRange(58, 66);
        _heard.Bodies.Clear();
        _world.Run(30);
        _heard.Bodies.ShouldBeEmpty("it was told twice as often as it asked for lately, so it waits twice as long");
        _world.Run(1_000);
        _heard.Bodies.Count.ShouldBeInRange(40, 55);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Subscribe_WithAnAdaptiveRateAboveTheMaximum_IsToldNoSoonerThanThat()
    {
        _heard.Event = "presence;adaptive-min-rate=0.2;max-rate=0.1";
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf+xml");
        _world.Run(30);
        _heard.States[^1].ShouldContain(";max-rate=0.1;adaptive-min-rate=0.1");
        _heard.Bodies.Count.ShouldBeInRange(2, 4, "no sooner than the highest rate allows");
    }

    [Fact]
    public void Restart_OfTheExchange_RatesAreStillKeptTo()
    {
        _heard.Event = "presence;max-rate=0.1;min-rate=0.02";
        _heard.Subscribe(_world, "user1@albion.example", "user0@albion.example", "application/pidf+xml");
        _world.Run(5);
        _world.Albion.Kill();
        _world.Run(2);
        _world.Albion.Restart();
        _world.Run(5);
        _heard.Bodies.Clear();
        for (var i = 0; i < 10; i++)
        {
            _cisco.Lift("user0", i % 2 == 0);
            _world.Run(3);
        }

        _heard.Bodies.Count.ShouldBeInRange(2, 4, "one each ten seconds");
        _heard.States[^1].ShouldContain(";max-rate=0.1;min-rate=0.02");
        _world.Run(20);
        _heard.Bodies.Clear();
        _world.Run(200);
        _heard.Bodies.Count.ShouldBeInRange(3, 5, "one each fifty seconds, though nothing happens");
    }

    sealed class Heard(VendorSystem system) : ISubscriber
    {
        public List<string> Bodies { get; } = [];

        public List<string> States { get; } = [];

        public string Event { get; set; } = "presence";

        public string? Ended { get; private set; }

        public void Subscribe(SimulatedWorld world, string watcher, string target, string accept, params (string Name, string Value)[] headers) => Subscribe(world, watcher, target, accept, headers, null);

        public void Subscribe(SimulatedWorld world, string watcher, string target, string accept, (string, string) one, (string, string) other, string body) =>
            Subscribe(world, watcher, target, accept, [one, other], body);

        void Subscribe(SimulatedWorld world, string watcher, string target, string accept, (string Name, string Value)[] headers, string? body) => system.Change("nobody", () => system.Subscribe(
            new SubscribeOptions
            {
                Target = SipUri.Parse($"sip:{target}"), From = new NameAddress($"sip:{watcher}"), Event = Event, Accept = accept, Headers = headers, Route = system.Route, ContactUser = "watcher",
                ContentType = body is null ? null : "application/resource-lists+xml", Body = body is null ? default : System.Text.Encoding.UTF8.GetBytes(body),
            }, this));

        public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
        {
            Bodies.Add(System.Text.Encoding.UTF8.GetString(notify.Body));
            States.Add(notify.Text(SipHeader.Subscription_State) ?? "");
        }

        public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds) => Ended = $"{status} {reason}";
    }
}
