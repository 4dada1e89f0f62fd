namespace Meetpoint.Sip;

// Subscriptions: found by dialog, package and id; ours also before their dialog is known.
public sealed partial class SipUserAgent
{
    readonly Dictionary<string, Subscription> _subscriptions = [];

    /// <summary>Holds the subscriptions that there are very many of; null when there are none.</summary>
    internal EventServer? Events { get; set; }

    /// <summary>Subscriptions that stand, both ways.</summary>
    public int SubscriptionCount => _subscriptions.Count;

    /// <summary>Holds a subscription with someone; the handler hears its states, never before this returns.</summary>
    public SubscriberSubscription Subscribe(SubscribeOptions options, ISubscriber subscriber)
    {
        var subscription = new SubscriberSubscription(this, options, subscriber);
        _subscriptions[SubscriberKey(subscription.CallId, subscription.LocalTag, subscription.Event)] = subscription;
        Loop.Post(subscription.Start);
        return subscription;
    }

    /// <summary>
    /// Takes a SUBSCRIBE that <see cref="ISipApplication.OnRequest"/> brought: answers 200 and gives the subscription, whose first state must be
    /// notified at once. Null when it was answered otherwise (no Event, too many).
    /// </summary>
    /// <param name="request">The SUBSCRIBE, also one inside a call.</param>
    /// <param name="notifier">Hears its refreshes and its end.</param>
    public NotifierSubscription? AcceptSubscription(IncomingRequest request, INotifier notifier)
    {
        var message = request.Message;
        if (message.Method != SipMethod.Subscribe || !message.Has(SipHeader.Event))
        {
            request.Respond(489);
            return null;
        }

        if (request.Call is null && !message.Has(SipHeader.Contact))
        {
            request.Respond(400, "Missing Contact");
            return null;
        }

        if (_subscriptions.Count >= Options.MaxDialogs)
        {
            request.Respond(503, null, (SipHeader.Retry_After.Name(), "10"));
            return null;
        }

        var seconds = Math.Min(message.ExpiresSeconds ?? 3_600, Options.MaxSubscriptionSeconds);
        var dialog = request.Call?.Dialog ?? Dialog.AsServer(request.Transaction);
        var subscription = new NotifierSubscription(this, request.Transaction, dialog, notifier);
        _subscriptions[NotifierKey(dialog, subscription.Event)] = subscription;
        subscription.Confirm(request.Transaction, seconds);
        if (seconds == 0)
            Loop.Post(() => subscription.Terminate("timeout"));
        return subscription;
    }

    internal void Remove(Subscription subscription)
    {
        var key = subscription is SubscriberSubscription ours
            ? SubscriberKey(ours.CallId, ours.LocalTag, ours.Event) : NotifierKey(subscription.Dialog!, subscription.Event);
        _subscriptions.Remove(key);
    }

    Subscription? FindSubscription(SipMessage request)
    {
        var key = request.Method is SipMethod.Notify or SipMethod.Benotify
            ? SubscriberKey(request.CallId, request.To?.Tag, EventName.Key(request))
            : $"{Dialog.MakeKey(request.CallId, request.To?.Tag, request.From?.Tag)}\n{EventName.Key(request)}";
        return _subscriptions.GetValueOrDefault(key);
    }

    static string SubscriberKey(string callId, string? localTag, string eventKey) => $"{callId}\n{localTag}\nours\n{eventKey}";

    static string NotifierKey(Dialog dialog, string eventKey) => $"{dialog.Key}\n{eventKey}";
}
