using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Events;

public sealed class SubscriptionTests : INotifier, ISubscriber
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(19);
    readonly Phone _watcher;
    readonly Phone _focus;
    readonly List<string> _heard = [];
    NotifierSubscription? _accepted;

    public SubscriptionTests()
    {
        _watcher = new Phone(_world, "192.0.2.1", 1);
        _focus = new Phone(_world, "192.0.2.2", 2)
        {
            OnOther = request =>
            {
                _accepted = _focus!.Ua.AcceptSubscription(request, this);
                _accepted?.Notify("text/plain", Encoding.UTF8.GetBytes("one"));
            },
        };
    }

    [Fact]
    public void Subscribe_Accepted_StatesComeInOrderAndTheLastOneWins()
    {
        Subscribe();
        _world.RunFor(Second);
        _accepted!.Notify("text/plain", Encoding.UTF8.GetBytes("two"));
        _accepted.Notify("text/plain", Encoding.UTF8.GetBytes("three"));
        _accepted.Notify("text/plain", Encoding.UTF8.GetBytes("four"));
        _world.RunFor(Second);
        _heard.ShouldBe(["state one", "state two", "state four"]);
    }

    [Fact]
    public void Subscribe_TakenBack_EndsOnBothSides()
    {
        var subscription = Subscribe();
        _world.RunFor(Second);
        subscription.End();
        _world.RunFor(40 * Second);
        _heard.ShouldBe(["state one", "notifier ended timeout", "state last", "ended 200 timeout"]);
        (_watcher.Ua.SubscriptionCount, _focus.Ua.SubscriptionCount).ShouldBe((0, 0));
    }

    [Fact]
    public void Subscribe_LongTime_IsRefreshedByItself()
    {
        Subscribe();
        _world.RunFor(9_000 * Second);
        _heard.Count(h => h == "refreshed").ShouldBe(2);
        _accepted!.IsEnded.ShouldBeFalse();
    }

    [Fact]
    public void Subscribe_WatcherVanishes_RunsOut()
    {
        Subscribe();
        _world.RunFor(Second);
        _world.Network.Cut(AddressPrefix.Parse("192.0.2.1/32"), AddressPrefix.Parse("192.0.2.2/32"));
        _world.RunFor(4_000 * Second);
        _focus.Ua.SubscriptionCount.ShouldBe(0);
        _watcher.Ua.SubscriptionCount.ShouldBe(0);
        _heard.ShouldContain("notifier ended timeout");
    }

    [Fact]
    public void Subscribe_Refused_EndsWithTheStatus()
    {
        _focus.OnOther = request => request.Respond(489);
        Subscribe();
        _world.RunFor(Second);
        _heard.ShouldBe(["ended 489 Bad Event"]);
        _watcher.Ua.SubscriptionCount.ShouldBe(0);
    }

    [Fact]
    public void Subscribe_InsideACall_SharesItsDialog()
    {
        var call = _watcher.Call(_focus, Phone.Sdp());
        _world.RunFor(Second);
        SipResult? result = null;
        var subscribe = call.Request("SUBSCRIBE");
        subscribe.ContactUser = "alice";
        subscribe.Headers.Add(("Event", "conference"));
        call.Send(subscribe, r => result = r);
        _watcher.OnOther = request => request.Respond(200);
        _world.RunFor(Second);
        result!.Status.ShouldBe(200);
        _accepted!.Dialog.ShouldBe(_focus.Incoming!.Dialog);
        call.State.ShouldBe(CallState.Confirmed);
    }

    void INotifier.OnRefreshed(NotifierSubscription subscription, SipMessage subscribe)
    {
        _heard.Add("refreshed");
        subscription.Notify("text/plain", Encoding.UTF8.GetBytes("again"));
    }

    void INotifier.OnEnded(NotifierSubscription subscription, string reason)
    {
        _heard.Add($"notifier ended {reason}");
        subscription.Notify("text/plain", Encoding.UTF8.GetBytes("last"));
    }

    void ISubscriber.OnNotify(SubscriberSubscription subscription, SipMessage notify) => _heard.Add($"state {Encoding.UTF8.GetString(notify.Body)}");

    void ISubscriber.OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds) => _heard.Add($"ended {status} {reason}");

    SubscriberSubscription Subscribe() => _watcher.Ua.Subscribe(new SubscribeOptions
    {
        Target = SipUri.Parse("sip:room@192.0.2.2"), From = new NameAddress("sip:alice@192.0.2.1"), Event = "conference", ContactUser = "alice",
    }, this);
}
