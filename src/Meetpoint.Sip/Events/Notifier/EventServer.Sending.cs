using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

// Notifications on their way: sent, sent again, answered, given up.
public sealed partial class EventServer
{
    internal void OnTimer(EventSubscription subscription, long nowNs)
    {
        if (subscription.IsSending)
            SendAgain(subscription, nowNs);
        else if (nowNs >= subscription.EndNs)
            End(subscription, "timeout");
        else if (subscription.UnansweredCount > 0 && nowNs - subscription.NotifiedNs >= RetryNs)
            Send(subscription);
        else
            Arm(subscription);
    }

    /// <summary>An answer to a NOTIFY of ours, found by what follows our mark in its branch: tag, dot, number.</summary>
    internal void OnAnswer(SipMessage response, ReadOnlySpan<byte> branch)
    {
        var dot = branch.IndexOf((byte)'.');
        if (dot < 0 || Find(branch[..dot]) is not { } subscription || !subscription.IsSending || response.CSeq != subscription.LocalCSeq)
            return;
        var status = response.StatusCode;
        if (status < 200)
        {
            subscription.Repeats = byte.MaxValue; // from now on each T2 (RFC 3261 section 17.1.2.2)
            return;
        }

        subscription.Outstanding = null;
        subscription.UnansweredCount = 0;
        subscription.LastStatus = (short)status;
        if (subscription.EndReason is not null && !subscription.IsDirty)
            Finish(subscription);
        else if (status is 404 or 405 or 410 or 416 or (>= 480 and <= 485) or 489 or 501 or 604 && subscription.EndReason is null)
            Gone(subscription, $"status {status}");
        else
            GoOn(subscription);
    }

    void Gone(EventSubscription subscription, string reason)
    {
        Finish(subscription);
        _package.OnEnded(subscription, reason);
    }

    void GoOn(EventSubscription subscription)
    {
        if (subscription.IsDirty)
            Send(subscription);
        else
            Arm(subscription);
    }

    void Send(EventSubscription subscription)
    {
        subscription.IsDirty = false;
        subscription.LocalCSeq++;
        var nowNs = Loop.NowNs;
        subscription.NotifiedNs = nowNs;
        if (subscription.ExtendsItself && subscription.EndReason is null)
            subscription.EndNs = nowNs + (subscription.GrantedSeconds * MonotonicTime.Second);
        var body = _package.Render(subscription);
        Transmit(subscription, body);
        if (subscription.IsBestEffort)
        {
            if (subscription.EndReason is not null)
                Finish(subscription);
            else
                Arm(subscription);
            return;
        }

        subscription.Outstanding = body;
        subscription.Repeats = 0;
        Loop.Timers.Arm(subscription, nowNs + (subscription.Flow?.IsReliable == true ? _ua.Options.Timers.TimeoutNs : _ua.Options.Timers.T1Ns));
    }

    void SendAgain(EventSubscription subscription, long nowNs)
    {
        var timers = _ua.Options.Timers;
        if (nowNs - subscription.NotifiedNs >= timers.TimeoutNs)
        {
            subscription.Outstanding = null;
            subscription.UnansweredCount = (byte)Math.Min(subscription.UnansweredCount + 1, byte.MaxValue);
            subscription.LastStatus = 408;
            subscription.Flow = subscription.Flow is { IsReliable: false } ? subscription.Flow : null; // found anew
            if (subscription.EndReason is not null)
                Finish(subscription);
            else
                GoOn(subscription);
            return;
        }

        if (subscription.Flow is not { IsReliable: true, IsOpen: true })
            Transmit(subscription, subscription.Outstanding!);
        if (subscription.Repeats < byte.MaxValue)
            subscription.Repeats++;
        // Twice as long each time, T2 at most (RFC 3261 section 17.1.2.2).
        const int doublings = 20;
        var intervalNs = Math.Min(timers.T1Ns << Math.Min((int)subscription.Repeats, doublings), timers.T2Ns);
        Loop.Timers.Arm(subscription, Math.Min(nowNs + intervalNs, subscription.NotifiedNs + timers.TimeoutNs));
    }

    /// <summary>Wakes when it runs out, or when one that was not answered is to be tried again.</summary>
    void Arm(EventSubscription subscription) => Loop.Timers.Arm(
        subscription, subscription.UnansweredCount > 0 ? Math.Min(subscription.EndNs, subscription.NotifiedNs + RetryNs) : subscription.EndNs);

    void Transmit(EventSubscription subscription, EventBody body)
    {
        if (subscription.Flow is { IsOpen: true } flow)
            Send(subscription, body, flow);
        else
            Resolve(subscription, body);
    }

    void Send(EventSubscription subscription, EventBody body, SipFlow flow) =>
        _ua.Transports.Send(flow, _writer.Write(subscription, body, _package.StateParameters(subscription), flow, Loop.NowNs));

    /// <summary>Where notifications go: the way by which the subscriber came while it stands there, else where its route or its Contact leads.</summary>
    void Locate(EventSubscription subscription, ServerTransaction transaction)
    {
        var dialog = Dialog.AsServer(transaction);
        subscription.Flow = dialog.Route() is { Flow: { } flow } ? flow : null;
        if (subscription.Flow is null)
            Resolve(subscription, null, transaction.Flow);
    }

    void Resolve(EventSubscription subscription, EventBody? body, SipFlow? came = null)
    {
        var packed = new PackedDialog(subscription.Dialog);
        var hop = packed.Target;
        if (!packed.Routes.IsEmpty && NameAddrView.TryParse(FirstOf(packed.Routes), out var route))
            hop = route.Uri;
        if (!SipUri.TryParse(Encoding.UTF8.GetString(hop), out var uri))
            return;
        var number = subscription.LocalCSeq;
        _ua.Resolve(uri, targets =>
        {
            if (subscription.IsEnded)
                return;
            foreach (var target in targets)
            {
                // From the listener by which the subscriber came, where it fits.
                subscription.Flow = _ua.Transports.Reach(came is null ? target : target with { ListenerName = came.ListenerName });
                if (subscription.Flow is not null)
                    break;
            }

            subscription.Flow ??= came;
            if (body is not null && subscription.Flow is { } flow && subscription.LocalCSeq == number)
                Send(subscription, body, flow);
        });
    }

    static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> list)
    {
        var close = list.IndexOf((byte)'>');
        return close < 0 ? list : list[..(close + 1)];
    }
}
