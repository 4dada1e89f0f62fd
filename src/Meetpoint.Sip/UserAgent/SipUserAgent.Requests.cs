using System.Text;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

// What comes in, in the order of RFC 3261 section 8.2.
public sealed partial class SipUserAgent
{
    void ISipTransactionUser.OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.Method == SipMethod.Other)
        {
            transaction.Respond(501, null, (SipHeader.Allow.Name(), Options.AllowedMethods));
            return;
        }

        if (Unsupported(request) is { Length: > 0 } unsupported)
        {
            transaction.Respond(420, null, (SipHeader.Unsupported.Name(), unsupported));
            return;
        }

        if (request.Has(SipHeader.Content_Encoding) && !request.Body.IsEmpty && !request.Lists(SipHeader.Content_Encoding, "identity"u8))
        {
            transaction.Respond(415, null, ("Accept-Encoding", "identity"));
            return;
        }

        if (!request.ToTag.IsEmpty)
            OnInside(transaction);
        else
            OnOutside(transaction);
    }

    bool ISipTransactionUser.TryRelay(ServerTransaction transaction) => Relay?.TryTake(transaction) == true;

    void ISipTransactionUser.OnAck(SipMessage ack, SipFlow flow)
    {
        if (Relay?.TryTakeAck(ack, flow) != true)
            FindCall(ack)?.OnAck(ack);
    }

    void ISipTransactionUser.OnBenotify(SipMessage notify, SipFlow flow)
    {
        if (FindSubscription(notify) is SubscriberSubscription subscription)
            subscription.TakeNotify(notify.ToOwned(), flow);
    }

    void ISipTransactionUser.OnCancel(ServerTransaction invite, SipMessage cancel)
    {
        if (invite.User is RelayRequest relayed)
            relayed.Cancel(cancel);
        else
            (invite.User as Call)?.OnCancel(invite, cancel);
    }

    void ISipTransactionUser.OnServerFailed(ServerTransaction transaction) => (transaction.User as Call)?.OnTransactionFailed(transaction);

    void ISipTransactionUser.OnStrayResponse(SipMessage response, SipFlow flow)
    {
        // A response whose transaction is gone, or that never was ours: nothing can be done with it here.
    }

    void ISipTransactionUser.OnRejected(SipFlow flow, SipMessage message, string reason) => _application.OnRejected(flow, message, reason);

    bool ISipTransactionUser.IsPriority(ReadOnlySpan<byte> requestUri, SipFlow flow) => _application.IsPriority(requestUri, flow);

    void ISipTransactionUser.OnMerged(SipFlow flow, SipMessage message) => _application.OnMerged(flow, message);

    void ISipTransactionUser.OnSlow(SipFlow flow, string reason) => _application.OnSlow(flow, reason);

    /// <summary>Reads offer and session timer of an INVITE or UPDATE; answers and gives false when they cannot be taken.</summary>
    internal bool ReadSession(ServerTransaction transaction, out SdpDescription? offer, out SessionInterval interval)
    {
        interval = default;
        switch (SipBody.Sdp(transaction.Request, out offer, out var error))
        {
            case SdpPresence.Unsupported:
                _application.OnRejected(transaction.Flow, transaction.Request, $"{transaction.Request.Method} with a body that is no session description");
                transaction.Respond(415, null, (SipHeader.Accept.Name(), SdpDescription.MediaType));
                return false;
            case SdpPresence.Malformed:
                transaction.Respond(400, $"Malformed SDP: {error}");
                return false;
            default:
                break;
        }

        return ReadInterval(transaction, out interval);
    }

    /// <summary>Reads the session timer of an INVITE or UPDATE; answers 422 and gives false when it is too short.</summary>
    internal bool ReadInterval(ServerTransaction transaction, out SessionInterval interval)
    {
        interval = default;
        if (SessionInterval.Answer(transaction.Request, Options) is not { } agreed)
        {
            transaction.Respond(422, null, (SipHeader.Min_SE.Name(), $"{Options.MinSessionSeconds}"));
            return false;
        }

        interval = agreed;
        return true;
    }

    void OnInside(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.Method is SipMethod.Subscribe or SipMethod.Notify && FindSubscription(request) is { } subscription)
            subscription.OnRequest(transaction);
        else if (Events?.Knows(request) == true)
            Events.OnInside(transaction);
        else if (FindCall(request) is { } call)
            call.OnRequest(transaction);
        else
            transaction.Respond(481);
    }

    void OnOutside(ServerTransaction transaction)
    {
        switch (transaction.Request.Method)
        {
            case SipMethod.Invite:
                OnInvite(transaction);
                break;
            case SipMethod.Bye or SipMethod.Prack or SipMethod.Update or SipMethod.Info:
                transaction.Respond(481);
                break;
            default:
                PassUp(transaction, null);
                break;
        }
    }

    void OnInvite(ServerTransaction transaction)
    {
        if (_calls.Count >= Options.MaxDialogs)
        {
            transaction.Respond(503, null, (SipHeader.Retry_After.Name(), "10"));
            return;
        }

        // A dialog needs somewhere to send its requests (section 8.1.1.8). RFC 2543 did not ask for it; there it is From.
        if (!transaction.Request.Has(SipHeader.Contact) && transaction.Request.TryTopVia(out var via) && via.HasMagicCookie)
        {
            transaction.Respond(400, "Missing Contact");
            return;
        }

        if (!TakesSdp(transaction.Request))
        {
            transaction.Respond(406, null, (SipHeader.Accept.Name(), SdpDescription.MediaType));
            return;
        }

        if (!ReadSession(transaction, out var offer, out var interval))
            return;
        var call = new IncomingCall(this, transaction, offer, interval);
        transaction.User = call;
        Add(call.Dialog!, call);
        _application.OnInvite(call);
    }

    /// <summary>Whether the answer may be a session description; without Accept it may (RFC 3261 section 20.1), and an empty one takes nothing.</summary>
    static bool TakesSdp(SipMessage invite)
    {
        if (!invite.Has(SipHeader.Accept))
            return true;
        foreach (var value in invite.Values(SipHeader.Accept))
        {
            var semicolon = value.IndexOf((byte)';');
            var range = SipLexer.Trim(semicolon < 0 ? value : value[..semicolon]);
            if (SipLexer.EqualsIgnoreCase(range, "application/sdp"u8) || SipLexer.EqualsIgnoreCase(range, "application/*"u8) || range.SequenceEqual("*/*"u8))
                return true;
        }

        return false;
    }

    Call? FindCall(SipMessage request) => _calls.GetValueOrDefault(
        Dialog.MakeKey(request.CallId, request.To?.Tag, request.From?.Tag));

    string Unsupported(SipMessage request)
    {
        StringBuilder? names = null;
        if (request.Method is SipMethod.Cancel)
            return "";
        foreach (var value in request.Values(SipHeader.Require))
        {
            if (SipLexer.EqualsIgnoreCase(value, "100rel"u8) || SipLexer.EqualsIgnoreCase(value, "timer"u8) || value.IsEmpty)
                continue;
            if (request.Method == SipMethod.Register && Options.RegisterExtensions.Contains(Encoding.UTF8.GetString(value), StringComparer.OrdinalIgnoreCase))
                continue;
            if (request.Method is SipMethod.Subscribe or SipMethod.Notify && Options.SubscribeExtensions.Contains(Encoding.UTF8.GetString(value), StringComparer.OrdinalIgnoreCase))
                continue;
            names ??= new StringBuilder();
            names.Append(names.Length > 0 ? ", " : "").Append(Encoding.UTF8.GetString(value));
        }

        return names?.ToString() ?? "";
    }
}
