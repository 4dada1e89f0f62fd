using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Relays requests with state (RFC 3261 section 16): what its handler takes goes on by edits of the received bytes, and the answers come back the
/// same way. Stands before the user agent, whose transports and transactions it shares.
/// </summary>
/// <remarks>On the loop only.</remarks>
public sealed class SipRelay
{
    readonly ISipRelayHandler _handler;

    /// <summary>Takes messages of the user agent's transports from now on.</summary>
    public SipRelay(SipUserAgent ua, ISipRelayHandler handler)
    {
        Ua = ua;
        _handler = handler;
        ua.Relay = this;
    }

    /// <summary>Seconds that an INVITE may ring after its last provisional answer: timer C, over three minutes (RFC 3261 section 16.6 step 11).</summary>
    public int RingingSeconds { get; init; } = 185;

    /// <summary>
    /// How long an INVITE may bring no answer at all, not even 100, before another way is taken where there is one. Long enough for three copies over UDP.
    /// </summary>
    public long PatienceNs { get; init; } = 4 * MonotonicTime.Second;

    /// <summary>Branches of one request at a time, over all of its forks: Max-Breadth of what names none (RFC 5393 section 5.3.3).</summary>
    public const int DefaultMaxBreadth = 60;

    internal SipUserAgent Ua { get; }

    internal IEventLoop Loop => Ua.Loop;

    internal SipTransactions Transactions => Ua.Transactions;

    /// <summary>For one message at a time, within one call.</summary>
    internal SipEdits Edits { get; } = new();

    /// <summary>
    /// Sends an ACK on, without state. Copies of it get the same branch, made of the one that it came with (RFC 3261 section 16.11).
    /// </summary>
    /// <param name="ack">The ACK; its Max-Forwards is counted down here, and at nought it goes no further.</param>
    /// <param name="target">Where to.</param>
    /// <param name="ownRoutes">Route values at its top that are ours.</param>
    /// <param name="hides">True where the other side sees no Via but ours.</param>
    /// <param name="edits">Further edits, for the flow that it goes by; null for none.</param>
    public void ForwardAck(SipMessage ack, RelayTarget target, int ownRoutes = 0, bool hides = false, Action<SipEdits, SipFlow>? edits = null)
    {
        if (ack.MaxForwards == 0)
            return;
        if (target.Route?.Flow is { } over)
        {
            SendAck(ack, over, target, ownRoutes, hides, edits);
            return;
        }

        if (target.Route?.Targets is { } known)
        {
            SendAck(ack, First(target.From(known)), target, ownRoutes, hides, edits);
            return;
        }

        var hop = target.Route?.NextHop;
        if (hop is null && !RelayRouting.TryNextHop(ack, ownRoutes, out hop))
            return;

        // Nearly always a literal address, found before this returns; a name is asked for, and the message kept for it.
        var kept = ack;
        var isSent = false;
        Ua.Resolve(hop, targets =>
        {
            isSent = true;
            SendAck(kept, First(target.From(targets)), target, ownRoutes, hides, edits);
        });
        if (!isSent)
            kept = ack.ToOwned();
    }

    /// <summary>Ends a dialog that nobody wants, made by a 2xx to an INVITE of a branch: acknowledges it and says BYE.</summary>
    public void Dismiss(RelayBranch branch, SipMessage response) => branch.Dismiss(response);

    internal bool TryTake(ServerTransaction transaction)
    {
        var request = new RelayRequest(this, transaction);
        transaction.User = request;
        if (_handler.TryTake(request))
            return true;
        transaction.User = null;
        return false;
    }

    internal bool TryTakeAck(SipMessage ack, SipFlow flow) => _handler.TryTakeAck(ack, flow);

    void SendAck(SipMessage ack, SipFlow? flow, RelayTarget target, int ownRoutes, bool hides, Action<SipEdits, SipFlow>? further)
    {
        if (flow is null)
            return;
        Span<byte> branch = stackalloc byte[RelayBranchId.Bytes];
        RelayBranchId.Stateless(ack, branch);
        var edits = Edits.Begin(ack);
        RelayHeaders.Request(edits, flow, branch, ownRoutes, hides);
        if (target.RequestUri is { } uri)
            edits.Replace(ack.RequestUriRange, Encoding.UTF8.GetBytes(uri));
        further?.Invoke(edits, flow);
        flow.Send(edits.Write());
    }

    SipFlow? First(IReadOnlyList<SipTarget> targets)
    {
        foreach (var target in targets)
        {
            if (Ua.Transports.Reach(target) is { } flow)
                return flow;
        }

        return null;
    }
}
