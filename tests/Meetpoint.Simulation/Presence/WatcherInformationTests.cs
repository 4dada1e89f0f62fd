using System.Text;
using System.Xml.Linq;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>Who watches somebody, as she herself is told it (RFC 3857), and nobody else.</summary>
public sealed class WatcherInformationTests : IDisposable
{
    readonly SimulatedWorld _world = new(47, new WorldSetup { Systems = true, Users = 3, Rooms = 0 });
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;
    readonly MicrosoftSystem _far;

    public WatcherInformationTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _far = new MicrosoftSystem(_world, _world.Liberty);
        _world.Run(1);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Subscribe_ToOnesOwnWatchers_ListsThemAndTellsOfChanges()
    {
        var list = new Listening(_cisco, "presence.winfo", "user0@albion.example", "user0@albion.example", "application/watcherinfo+xml");
        _world.Until(() => list.Documents.Count == 1, 2, () => $"the list at once: {list.Ended}");
        list.Watchers.ShouldBeEmpty("her own systems are no watchers");
        _far.Watch("user2@liberty.example", "user0@albion.example");
        var near = new Listening(_microsoft, "presence", "user1@albion.example", "user0@albion.example", _microsoft.Accept);
        _world.Until(() => list.Watchers.Count == 2, 8, () => $"both: {list.Documents[^1]}");
        list.Watchers.Select(watcher => watcher.Value).Order().ShouldBe(["sip:user1@albion.example", "sip:user2@liberty.example"]);
        list.Watchers.ShouldAllBe(watcher => (string)watcher.Attribute("status")! == "active" && (int)watcher.Attribute("expiration")! > 3_000);
        near.End();
        _world.Until(() => list.Watchers.Count == 1, 8, () => $"one left: {list.Documents[^1]}");
        list.Documents.Select(document => (uint)XDocument.Parse(document).Root!.Attribute("version")!).ShouldBe(Enumerable.Range(0, list.Documents.Count).Select(version => (uint)version));
        _world.AssertNoFaults();
    }

    [Fact]
    public void Changes_AreToldInPartAndAllAfterARefresh()
    {
        var list = new Listening(_cisco, "presence.winfo", "user0@albion.example", "user0@albion.example", "application/watcherinfo+xml");
        _far.Watch("user2@liberty.example", "user0@albion.example");
        _world.Until(() => list.Documents.Count > 1 && list.Watchers.Count == 1, 8, () => $"one: {list.Documents[^1]}");
        var near = new Listening(_microsoft, "presence", "user1@albion.example", "user0@albion.example", _microsoft.Accept);
        _world.Until(() => list.Watchers.Count == 2, 8, () => $"two: {list.Documents[^1]}");
        var news = XDocument.Parse(list.Documents[^1]).Root!;
        ((string?)news.Attribute("state"), Listening.Elements(news).Single().Value).ShouldBe(("partial", "sip:user1@albion.example"), "who came, and nobody else");
        near.End();
        _world.Until(() => list.Watchers.Count == 1, 8, () => $"one left: {list.Documents[^1]}");
        news = XDocument.Parse(list.Documents[^1]).Root!;
        var gone = Listening.Elements(news).Single();
        ((string?)news.Attribute("state"), gone.Value, (string?)gone.Attribute("status"), (string?)gone.Attribute("event")).ShouldBe(("partial", "sip:user1@albion.example", "terminated", "timeout"));
        var count = list.Documents.Count;
        list.Refresh();
        _world.Until(() => list.Documents.Count > count, 2, "the whole after a refresh");
        news = XDocument.Parse(list.Documents[^1]).Root!;
        ((string?)news.Attribute("state"), Listening.Elements(news).Single().Value).ShouldBe(("full", "sip:user2@liberty.example"));
        _world.AssertNoFaults();
    }

    [Fact]
    public void Watchers_WhoTakePartialDocuments_AreToldToo()
    {
        var list = new Listening(_cisco, "presence.winfo", "user0@albion.example", "user0@albion.example", "application/watcherinfo+xml");
        var partial = new Listening(_microsoft, "presence", "user1@albion.example", "user0@albion.example", "application/pidf-diff+xml, application/pidf+xml");
        _world.Until(() => list.Documents.Count > 0 && list.Watchers.Any(watcher => watcher.Value == "sip:user1@albion.example"), 8, () => $"whoever takes partial documents: {partial.Ended}");
    }

    [Fact]
    public void Subscribe_ToWatchersOfAnother_IsRefused()
    {
        var near = new Listening(_far, "presence.winfo", "user2@liberty.example", "user0@albion.example", "application/watcherinfo+xml");
        _world.Until(() => near.Ended is not null, 5, "refused");
        near.Ended.ShouldStartWith("403");
        var lamp = new Listening(_cisco, "presence.winfo", "user0@albion.example", "user0@albion.example", "application/pidf+xml");
        _world.Until(() => lamp.Ended is not null, 5, "refused");
        lamp.Ended.ShouldStartWith("406");
    }

    [Fact]
    public void ManyWatchers_ComeAndGo_NotMoreThanOneListInFiveSeconds()
    {
        var list = new Listening(_cisco, "presence.winfo", "user0@albion.example", "user0@albion.example", "application/watcherinfo+xml");
        _world.Run(1);
        for (var i = 0; i < 20; i++)
        {
            var watch = new Listening(_microsoft, "presence", "user1@albion.example", "user0@albion.example", _microsoft.Accept);
            _world.Run(1);
            if (i % 2 == 0)
                watch.End();
        }

        _world.Run(6);
        list.Watchers.Count.ShouldBe(10);
        list.Documents.Count.ShouldBeLessThanOrEqualTo(7, "27 s have passed");
    }

    /// <summary>One subscription of a system, with what it was told.</summary>
    sealed class Listening : ISubscriber
    {
        readonly VendorSystem _system;
        SubscriberSubscription? _subscription;

        public Listening(VendorSystem system, string package, string watcher, string target, string accept)
        {
            _system = system;
            system.Change(target, () => _subscription = system.Subscribe(
                new SubscribeOptions
                {
                    Target = SipUri.Parse($"sip:{target}"), From = new NameAddress($"sip:{watcher}"), Event = package, Accept = accept, Headers = system.Headers,
                    Route = system.Route, ContactUser = "watcher",
                }, this));
        }

        public List<string> Documents { get; } = [];

        public string? Ended { get; private set; }

        /// <summary>What the documents say together, in the order of their versions.</summary>
        public IReadOnlyList<XElement> Watchers
        {
            get
            {
                var table = new Dictionary<string, XElement>(StringComparer.Ordinal);
                foreach (var document in Documents.Select(document => XDocument.Parse(document).Root!))
                {
                    if ((string?)document.Attribute("state") == "full")
                        table.Clear();
                    foreach (var watcher in Elements(document))
                    {
                        table[(string)watcher.Attribute("id")!] = watcher;
                        if ((string?)watcher.Attribute("status") == "terminated")
                            table.Remove((string)watcher.Attribute("id")!).ShouldBeTrue();
                    }
                }

                return [.. table.Values];
            }
        }

        public static IReadOnlyList<XElement> Elements(XElement document) => [.. document.Descendants().Where(element => element.Name.LocalName == "watcher")];

        public void Refresh() => _system.Change("", _subscription!.Refresh);

        public void End() => _system.Change("", _subscription!.End);

        public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
        {
            if (!notify.Body.IsEmpty)
                Documents.Add(Encoding.UTF8.GetString(notify.Body));
        }

        public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds) => Ended = $"{status} {reason}";
    }
}
