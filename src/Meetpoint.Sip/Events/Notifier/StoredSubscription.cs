namespace Meetpoint.Sip;

/// <summary>What of a subscription outlives a restart, as it is written at SUBSCRIBE and at each refresh and at no other time.</summary>
/// <param name="Slot">Its place.</param>
/// <param name="Token">What cannot be guessed in our tag.</param>
/// <param name="Dialog">Its dialog, packed.</param>
/// <param name="LocalCSeq">Number of our last NOTIFY at that time.</param>
/// <param name="RemoteCSeq">Number of the subscriber's last request.</param>
/// <param name="Style">What of the Microsoft style it asked for: 1 BENOTIFY, 2 first state in the answer, 4 extends itself.</param>
/// <param name="Listener">Name of the listener by which the subscriber came.</param>
/// <param name="Transport">How.</param>
/// <param name="Remote">From where, as "192.0.2.7:5060".</param>
public sealed record StoredSubscription(
    int Slot, long Token, byte[] Dialog, uint LocalCSeq, uint RemoteCSeq, int Style, string Listener, SipTransport Transport, string Remote);

// Going on after a restart.
public sealed partial class EventServer
{
    /// <summary>What is to be written of a subscription.</summary>
    public static StoredSubscription Store(EventSubscription subscription) => new(
        subscription.Slot, subscription.Token, subscription.Dialog, subscription.LocalCSeq, subscription.RemoteCSeq,
        (subscription.IsBestEffort ? 1 : 0) | (subscription.TakesFirstInAnswer ? 2 : 0) | (subscription.ExtendsItself ? 4 : 0),
        subscription.Flow?.ListenerName ?? "", subscription.Flow?.Transport ?? SipTransport.Udp, subscription.Flow?.Remote.ToString() ?? "");

    /// <summary>
    /// Goes on with one of before the restart: its numbers jump by <see cref="CSeqEpoch"/>, since what was sent after it was written is not known. Null for one
    /// that cannot be read, or whose place is taken. Before any is accepted.
    /// </summary>
    /// <param name="stored">As written.</param>
    /// <param name="seconds">What is left of its time; 1 or more.</param>
    public EventSubscription? Restore(StoredSubscription stored, int seconds)
    {
        if (stored.Slot < 0 || stored.Slot >= MaxSubscriptions || !PackedDialog.IsWhole(stored.Dialog) || (stored.Slot < _used && _slots[stored.Slot] is not null))
            return null;
        for (; _used <= stored.Slot; _used++)
        {
            if (_used < stored.Slot)
                _free.Push(_used);
        }

        var subscription = new EventSubscription(this, stored.Slot, stored.Dialog, stored.Token)
        {
            LocalCSeq = stored.LocalCSeq + CSeqEpoch,
            RemoteCSeq = stored.RemoteCSeq,
            IsBestEffort = (stored.Style & 1) != 0,
            TakesFirstInAnswer = (stored.Style & 2) != 0,
            ExtendsItself = (stored.Style & 4) != 0,
            GrantedSeconds = seconds,
            EndNs = Loop.NowNs + (seconds * Net.MonotonicTime.Second),
        };
        Place(subscription);
        if (stored.Transport == SipTransport.Udp && Net.NetAddress.TryParse(stored.Remote, 0, out var remote))
            subscription.Flow = _ua.Transports.Reach(new SipTarget(SipTransport.Udp, remote, null) { ListenerName = stored.Listener });
        Arm(subscription);
        return subscription;
    }
}
