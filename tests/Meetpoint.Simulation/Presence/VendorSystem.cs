using System.Globalization;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;

namespace Meetpoint.Simulation.Presence;

/// <summary>
/// A vendor's presence system that is not ours: answers SUBSCRIBE for its users, takes what others put into their presentities, and subscribes to whomever its users watch. What it says
/// of its users is the style's own: <see cref="CiscoSystem"/>, <see cref="MicrosoftSystem"/>.
/// </summary>
abstract class VendorSystem : ISipApplication, INotifier
{
    readonly VirtualHost _host;
    readonly VirtualEventLoop _loop;
    readonly SimulatedWorld _world;
    readonly Dictionary<string, List<NotifierSubscription>> _watchers = new(StringComparer.Ordinal);
    readonly List<NetAddress> _exchanges = [];

    protected VendorSystem(SimulatedWorld world, SimulatedExchange exchange, string address)
    {
        _world = world;
        Exchange = exchange;
        _loop = world.Virtual.CreateLoop(address);
        _host = world.Virtual.Network.AddHost(address);
        _exchanges.Add(NetAddress.Parse(exchange.Party.Address + ":5060"));
        var transports = new SipTransports(_host, _loop, new SipTransportOptions { IdleCloseSeconds = 86_400, SwitchToTcpBytes = 65_000 });
        world.RunOn(_loop, () => transports.Listen("udp", SipTransport.Udp, NetAddress.Parse(address + ":5060")));
        Ua = new SipUserAgent(transports, this, new SipUserAgentOptions { SubscribeExtensions = ["eventlist"], Tokens = new SipTokens(new SeededRandomness(world.Seed ^ NetAddress.Parse(address + ":5060").GetHashCode())) });
    }

    public SimulatedExchange Exchange { get; }

    protected SipUserAgent Ua { get; }

    /// <summary>Notifications that it sent; for a bound on them.</summary>
    public int Notified { get; private set; }

    /// <summary>When it was subscribed to anew, in its loop's time, in order; refreshes do not count.</summary>
    public List<long> AskedNs { get; } = [];

    /// <summary>Publications that it took.</summary>
    public int Taken { get; protected set; }

    /// <summary>What its users' watchers were shown last.</summary>
    public List<WatchedUser> Watched { get; } = [];

    /// <summary>Another exchange stands beside it: its users may be watched by way of it.</summary>
    public void Beside(SimulatedExchange exchange) => _exchanges.Add(NetAddress.Parse(exchange.Party.Address + ":5060"));

    /// <summary>Someone of this system watches somebody.</summary>
    public WatchedUser Watch(string watcher, string target)
    {
        var watched = new WatchedUser(this, watcher, target);
        Watched.Add(watched);
        _world.RunOn(_loop, watched.Subscribe);
        return watched;
    }

    /// <summary>Something of a user's changes by itself.</summary>
    public void Change(string user, Action change) => _world.RunOn(_loop, () =>
    {
        change();
        Tell(user);
    });

    /// <summary>The headers and types that a subscription of this style carries.</summary>
    public abstract string Accept { get; }

    public abstract IReadOnlyList<(string Name, string Value)> Headers { get; }

    public SipRoute Route => SipRoute.To([new SipTarget(SipTransport.Udp, _exchanges[0])]);

    public SubscriberSubscription Subscribe(SubscribeOptions options, ISubscriber subscriber) => Ua.Subscribe(options, subscriber);

    public IEventLoop Loop => _loop;

    /// <summary>What is said of a user now, in the style of the system.</summary>
    protected abstract (string Type, string Body) Write(string user);

    /// <summary>Takes PUBLISH or SERVICE for a user.</summary>
    protected abstract void Take(IncomingRequest request, string user);

    protected void Tell(string user)
    {
        foreach (var subscription in _watchers.GetValueOrDefault(user, []).ToList())
            Notify(subscription, user);
    }

    void Notify(NotifierSubscription subscription, string user)
    {
        Notified++;
        var (type, body) = Write(user);
        subscription.Notify(type, System.Text.Encoding.UTF8.GetBytes(body));
    }

    public void OnInvite(IncomingCall call) => call.Reject(486);

    public void OnRequest(IncomingRequest request)
    {
        var user = request.Message.RequestUri?.User ?? "";
        if (request.Message.Method == SipMethod.Subscribe)
        {
            if (Ua.AcceptSubscription(request, this) is not { } subscription)
                return;
            subscription.Tag = user;
            AskedNs.Add(_loop.NowNs);
            if (!_watchers.TryGetValue(user, out var watchers))
                _watchers[user] = watchers = [];
            watchers.Add(subscription);
            Notify(subscription, user);
        }
        else if (request.Message.Method is SipMethod.Publish or SipMethod.Service)
        {
            Taken++;
            Take(request, user);
        }
        else
        {
            request.Respond(405);
        }
    }

    public void OnRejected(SipFlow flow, SipMessage message, string reason) => Assert.Fail($"{GetType().Name} cannot read: {reason}\n{message}");

    public void OnRefreshed(NotifierSubscription subscription, SipMessage subscribe) => Notify(subscription, (string)subscription.Tag!);

    public void OnEnded(NotifierSubscription subscription, string reason) => _watchers[(string)subscription.Tag!].Remove(subscription);
}

/// <summary>Somebody as a user of a system is shown her.</summary>
sealed class WatchedUser(VendorSystem system, string watcher, string target) : ISubscriber
{
    /// <summary>The document that came last, read by its own dialect; null before.</summary>
    public PresenceReport? Report { get; private set; }

    /// <summary>The document as it came.</summary>
    public string Text { get; private set; } = "";

    /// <summary>When each document came, in the loop's time.</summary>
    public List<long> ToldNs { get; } = [];

    /// <summary>Every activity that was shown, in order.</summary>
    public List<Activity> Shown { get; } = [];

    /// <summary>What the document says, composed.</summary>
    public PresenceState State => Report is null ? PresenceState.Unknown : Composition.Of(
        [.. Report.States.Select((state, index) => new DeviceState { Origin = $"{index}", Device = state.Device, Version = 1, State = state.State, Kind = state.Kind })]);

    /// <summary>Times that the subscription ended.</summary>
    public int Ended { get; private set; }

    public string? Reason { get; private set; }

    public void Subscribe() => system.Subscribe(
        new SubscribeOptions
        {
            Target = SipUri.Parse($"sip:{target}"), From = new NameAddress($"sip:{watcher}"), Event = "presence", Accept = system.Accept, Headers = system.Headers,
            Route = system.Route, ContactUser = "watcher",
        }, this);

    public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
    {
        Text = System.Text.Encoding.UTF8.GetString(notify.Body);
        if (notify.Body.IsEmpty)
            return;
        ToldNs.Add(system.Loop.NowNs);
        var style = system is MicrosoftSystem ? DialectStyle.Microsoft : DialectStyle.Cisco;
        var dialect = PresenceDialects.ForContentType(notify.MediaType!, style);
        Assert.True(dialect is not null, notify.MediaType);
        Assert.True(dialect.TryRead(notify.Body, out var report, out var fault), fault);
        Report = report;
        Shown.Add(State.Activity);
    }

    public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds)
    {
        Ended++;
        Reason = $"{status} {reason}";
        var again = new LoopTimerOf(Subscribe);
        system.Loop.Timers.Arm(again, system.Loop.NowNs + (3 * MonotonicTime.Second));
    }

    sealed class LoopTimerOf(Action action) : TimerNode
    {
        protected override void Fire(long nowNs) => action();
    }
}
