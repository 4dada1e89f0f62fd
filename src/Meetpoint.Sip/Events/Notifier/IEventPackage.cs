namespace Meetpoint.Sip;

/// <summary>Decides what the subscriptions of an <see cref="EventServer"/> are shown. On the loop only.</summary>
public interface IEventPackage
{
    /// <summary>The state as it is now; asked for at the moment of sending, so that the last one wins and none is queued.</summary>
    EventBody Render(EventSubscription subscription);

    /// <summary>Further parameters of Subscription-State, each with its semicolon; null for none.</summary>
    string? StateParameters(EventSubscription subscription) => null;

    /// <summary>
    /// A SUBSCRIBE inside the subscription's dialog came: to be answered by <see cref="EventServer.Confirm"/>, at once or once it is durable, or refused.
    /// </summary>
    /// <param name="subscription">Which; its times are the old ones still.</param>
    /// <param name="request">The SUBSCRIBE.</param>
    /// <param name="seconds">What it asks for, within our limits; 0 takes the subscription back.</param>
    void OnRefresh(EventSubscription subscription, IncomingRequest request, int seconds);

    /// <summary>It is over; said once. What is left to be sent needs nobody.</summary>
    void OnEnded(EventSubscription subscription, string reason);
}
