using System.Text;
using Meetpoint.Net;
using Meetpoint.Sip;
using SipTarget = Meetpoint.Sip.SipTarget;
using SipTransport = Meetpoint.Sip.SipTransport;

namespace Meetpoint.Demo.Systems;

/// <summary>
/// Stands in for a vendor's system that cannot be had here, over real sockets, in the wire format that the vendor has published: says of its users what they do, and shows
/// them whom they watch.
/// </summary>
/// <remarks>A loop of its own; what is said to it from outside is posted there.</remarks>
abstract class StandIn : ISipApplication, INotifier, IAsyncDisposable
{
    readonly ThreadEventLoop _loop;
    readonly SipTransports _transports;
    readonly NetAddress _exchange;
    readonly List<(NotifierSubscription Subscription, string User)> _watchers = [];

    protected StandIn(string name, NetAddress listen, NetAddress exchange)
    {
        _exchange = exchange;
        _loop = new ThreadEventLoop(name, TimeProvider.System, static _ => { });
        _transports = new SipTransports(new SocketNetwork(), _loop, new SipTransportOptions { SwitchToTcpBytes = 60_000 });
        _transports.Listen("udp", SipTransport.Udp, listen);
        Ua = new SipUserAgent(_transports, this);
    }

    protected SipUserAgent Ua { get; }

    protected SipRoute Exchange => SipRoute.To([new SipTarget(SipTransport.Udp, _exchange)]);

    /// <summary>Accept of a subscription in this style.</summary>
    protected abstract string Accept { get; }

    protected virtual IReadOnlyList<(string Name, string Value)> Headers => [];

    /// <summary>One of its users watches somebody from now on.</summary>
    public Watch Watch(string watcher, string target)
    {
        var watch = new Watch();
        _loop.Post(() => Ua.Subscribe(
            new SubscribeOptions
            {
                Target = SipUri.Parse($"sip:{target}"), From = new NameAddress($"sip:{watcher}"), Event = "presence", Accept = Accept, Headers = Headers, Route = Exchange, ContactUser = "watcher",
            }, watch));
        return watch;
    }

    /// <summary>Runs on its loop.</summary>
    protected void Post(Action work) => _loop.Post(work);

    /// <summary>What it says of a user now.</summary>
    protected abstract (string Type, string Body) Write(string user);

    /// <summary>Takes what others put into a user's presentity.</summary>
    protected virtual void Take(IncomingRequest request, string user) => request.Respond(405);

    protected void Tell(string user)
    {
        foreach (var (subscription, whose) in _watchers.ToList())
        {
            if (whose == user)
                Notify(subscription, user);
        }
    }

    void Notify(NotifierSubscription subscription, string user)
    {
        var (type, body) = Write(user);
        subscription.Notify(type, Encoding.UTF8.GetBytes(body));
    }

    /// <inheritdoc/>
    public void OnInvite(IncomingCall call) => call.Reject(486);

    /// <inheritdoc/>
    public void OnRequest(IncomingRequest request)
    {
        var user = request.Message.RequestUri?.User ?? "";
        if (request.Message.Method == SipMethod.Subscribe)
        {
            if (Ua.AcceptSubscription(request, this) is not { } subscription)
                return;
            _watchers.Add((subscription, user));
            Notify(subscription, user);
        }
        else
        {
            Take(request, user);
        }
    }

    /// <inheritdoc/>
    public void OnRejected(SipFlow flow, SipMessage message, string reason)
    {
    }

    /// <inheritdoc/>
    public void OnRefreshed(NotifierSubscription subscription, SipMessage subscribe) => Notify(subscription, _watchers.First(one => ReferenceEquals(one.Subscription, subscription)).User);

    /// <inheritdoc/>
    public void OnEnded(NotifierSubscription subscription, string reason) => _watchers.RemoveAll(one => ReferenceEquals(one.Subscription, subscription));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            _transports.Dispose();
            closed.SetResult();
        });
        return new ValueTask(closed.Task.ContinueWith(_ => _loop.Dispose(), TaskScheduler.Default));
    }
}
