using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// Carries Access-Requests to the home servers of their realms, and the answers back. The first of a conversation asks the waist; those that follow go where it began. What cannot be
/// carried is rejected at once, never left without an answer. On the hub's loop.
/// </summary>
sealed class AccessRelay(RoamingContext context, HomeServers servers)
{
    /// <summary>Requests that wait for their answers, at most; those beyond are rejected.</summary>
    const int MaxPending = 100_000;

    readonly Conversations _conversations = new();
    readonly WaitingRequests _waiting = new();
    readonly Stack<PendingRequest> _pool = new();
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    AccessBounds? _bounds;
    int _pending;

    /// <summary>Requests that wait for their answers.</summary>
    public int Pending => _pending;

    /// <summary>Conversations that are under way.</summary>
    public int ConversationCount => _conversations.Count;

    /// <summary>A request, verified, that is no duplicate.</summary>
    /// <param name="inbound">Who asks, and how it is answered.</param>
    /// <param name="packet">What is asked.</param>
    /// <param name="place">Where it is remembered as asked; none where it came over TLS.</param>
    /// <param name="nowNs">The loop's time.</param>
    public void OnRequest(in InboundRequest inbound, in RadiusPacket packet, int place, long nowNs)
    {
        var watched = context.Watch.IsOn ? context.Watch.Begin(inbound, packet) : null;
        var reason = Decide(inbound.Client, packet, nowNs, watched, out var visited, out var route, out var server, out var grant, out var isBound, out var refusal);
        if (reason == RefusalReason.None)
        {
            var pending = _pool.TryPop(out var used) ? used : new PendingRequest();
            (pending.Inbound, pending.Route, pending.Grant, pending.IsBound, pending.Server) = (inbound, route!, grant, isBound, null);
            (pending.Visited, pending.Watched) = (visited!, watched);
            _pending++;
            if (server is null ? _waiting.TryAdd(pending, packet, nowNs) : TrySendFirst(pending, server, packet, nowNs))
            {
                if (inbound.Socket is not null)
                    inbound.Client.Asked.WorkOn(place, pending);
                return;
            }

            Return(pending);
            reason = RefusalReason.Overload;
        }

        Reject(inbound, packet, reason, refusal, nowNs, watched);
    }

    /// <summary>The same request again: its client lost patience, or a datagram was lost on the way, so it goes to the server again, the same octets.</summary>
    public static void OnRepeated(object? work, in NetAddress from, in RequestMark mark)
    {
        if (work is not PendingRequest { HeldUntilNs: 0, Server: { IsStream: false } server } pending || pending.Inbound.From != from || pending.Inbound.Mark != mark)
            return;
        pending.Watched?.Repeated(server);
        server.Send(pending.Id, pending.Sent);
    }

    /// <summary>A connection is up or has failed: those that wait for one are tried again.</summary>
    public void Resume(long nowNs)
    {
        foreach (var pending in _waiting.TakeAll())
        {
            var client = pending.Inbound.Client;
            RadiusPacket.TryParse(pending.Sent, out var packet, out _);
            if (servers.Choose(pending.Route, HomeServerUse.Authentication, nowNs, sender: client.Entry.Neighbour.Id) is { } server)
            {
                if (TrySendFirst(pending, server, packet, nowNs))
                    continue;
            }
            else if (servers.IsAnyOpening(pending.Route, HomeServerUse.Authentication, client.Entry.Neighbour.Id, nowNs, null, out _) && _waiting.TryKeep(pending, nowNs))
            {
                continue;
            }

            pending.Watched?.Servers(context, servers, pending.Route, mayDiscover: true, nowNs);
            Reject(pending.Inbound, packet, RefusalReason.NoRoute, default, nowNs, pending.Watched);
            Return(pending);
        }
    }

    /// <summary>A home server has answered.</summary>
    public void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs)
    {
        var (client, security) = (pending.Inbound.Client, pending.Inbound.Security);
        var isLetIn = answer.Code == RadiusCode.AccessAccept && pending.Visited != pending.Route.Provider.Id;
        var allowance = default(RoamingAllowance);
        if (pending.HeldUntilNs == 0)
            pending.Watched?.Answered(server, answer, nowNs - pending.SentNs);
        if (isLetIn && !(_bounds ??= new AccessBounds(context, OnAnswer)).TryFind(server, pending, asked, answer, nowNs, out allowance))
        {
            pending.Watched?.Say(RadiusWatchStep.Waiting, "what the customer has used is being added up");
            return; // it comes again
        }

        if (allowance.Refusal != AllowanceRefusal.None)
        {
            RejectInstead(pending, answer, nowNs);
            return;
        }

        var crossing = context.Crossings.Of(pending.Grant);
        var bounds = isLetIn ? SessionBounds.Of(answer, crossing).Within(allowance) : default;
        var writer = security.BeginResponse(_buffer, answer.Code, pending.Inbound.Mark);
        var isWhole = crossing.TryCopy(
            answer, new HopSide(pending.SentBy, asked.Authenticator), HopSide.Of(security, pending.Inbound.Mark), ref writer, context.Hidden, out var cui,
            but: ProxyStates.FindOwn(answer, context.OwnProxyState), without: allowance.IsBounded ? SessionBounds.Attributes : default);
        isWhole &= !allowance.IsBounded || bounds.TryWrite(ref writer);
        context.NoteIdentity(server.Entry.Neighbour.Id, cui);
        var length = security.SignResponse(ref writer);
        if (isWhole && length > 0)
        {
            pending.Inbound.Answer(_buffer.AsSpan(0, length), nowNs);
            pending.Watched?.Returned(client, answer, _buffer.AsSpan(0, length));
            if (answer.Code == RadiusCode.AccessAccept)
                context.Room.Accepted(pending.Grant);
            // As it went out: who is charged is known at the hotspot by a pseudonym, and reported by it.
            if (isLetIn && RadiusPacket.TryParse(pending.Sent, out var request, out _) && RadiusPacket.TryParse(_buffer.AsSpan(0, length), out var given, out _))
                context.Sessions.Accept(pending.Visited, pending.Route, client.Entry.Neighbour.Id, request, given, bounds);
            if (answer.Code == RadiusCode.AccessChallenge && answer.TryFind(AttributeType.State, out var state))
            {
                _conversations.Begin(client, state.Value, server, pending.Grant, nowNs);
                pending.Grant = default;
                if (pending.Watched is { } watched)
                    context.Watch.Challenged(watched, client, state.Value);
            }
        }
        else
        {
            pending.Watched?.End(RadiusWatchStep.Unanswered, "the answer cannot be carried on: it has no room for what is added, or something in it is hidden and cannot be read");
            context.Log.RadiusDiscarded(server.Entry.Neighbour.Id, "an answer cannot be carried on", server.Name);
            pending.Inbound.Abandon();
        }

        Return(pending);
    }

    /// <summary>A home server has not answered: another of the same provider is asked, unless it is in the midst of a conversation that no other knows.</summary>
    public void OnSilence(HomeServer server, PendingRequest pending, in RequestMark asked, long nowNs)
    {
        var inbound = pending.Inbound;
        pending.Watched?.Silent(server, nowNs - pending.SentNs);
        RadiusPacket.TryParse(pending.Sent, out var sent, out _);
        if (!pending.IsBound && servers.Choose(pending.Route, HomeServerUse.Authentication, nowNs, but: server, sender: inbound.Client.Entry.Neighbour.Id) is { } next
            && TrySend(pending, next, sent, new HopSide(pending.SentBy, asked.Authenticator), nowNs, isAgain: true))
            return;

        // Its client asks again, which finds a server that is back, or is rejected; a conversation can go on with this one alone.
        if (pending.IsBound && sent.TryFind(AttributeType.State, out var state))
        {
            _conversations.Begin(inbound.Client, state.Value, server, pending.Grant, nowNs);
            pending.Grant = default;
        }

        // Over a stream nobody asks again: what is silent there is rejected.
        if (inbound.Stream is not null)
            Reject(inbound, sent, RefusalReason.NoRoute, default, nowNs, pending.Watched, without: context.OwnProxyState);
        else
            pending.Watched?.End(RadiusWatchStep.Unanswered, "nobody else can be asked: its client asks again, and finds a server that is back, or is rejected");
        inbound.Abandon();
        Return(pending);
    }

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        _conversations.Advance(nowNs);
        if (_waiting.IsAnyOver(nowNs))
            Resume(nowNs);
        _bounds?.Advance(nowNs);
    }

    RefusalReason Decide(
        RadiusClient client, in RadiusPacket packet, long nowNs, WatchedRequest? watched, out string? visited, out RealmRoute? route, out HomeServer? server, out Grant grant, out bool isBound,
        out Refusal refusal)
    {
        (visited, route, server, grant, isBound, refusal) = (null, null, null, default, false, default);
        if (_pending >= MaxPending)
            return RefusalReason.Overload;
        var reason = context.Locate(client, packet, out route, out visited);
        watched?.Located(client, packet, route, visited, reason);
        if (reason != RefusalReason.None)
            return reason;
        if (!packet.TryFind(AttributeType.State, out var state))
        {
            if (visited != route!.Provider.Id && context.Sessions.Refused(visited!, route.Provider.Id, packet) != AllowanceRefusal.None)
                return RefusalReason.AllowanceUsedUp;
        }
        else
        {
            isBound = true;
            if (_conversations.TryContinue(client, state.Value, out var with, out grant))
            {
                if (!with.IsGone && (!servers.Has(route!, with, nowNs) || !(with.IsUp && with.Health.IsUsable)))
                {
                    watched?.Say(RadiusWatchStep.Continued, $"only {WatchedRequest.NameOf(with)} has the conversation, and it is {(with.IsUp && with.Health.IsUsable ? "none of this realm's" : PathWords.StateOf(with))}");
                    return NobodyToAsk(ref grant); // it was let begin towards somebody else; or what asks may begin anew with another
                }

                server = with.IsGone ? null : with;
                if (server is not null)
                    watched?.Say(RadiusWatchStep.Continued, $"the conversation goes on with {WatchedRequest.NameOf(server)}, which has it");
            }
        }

        if (!grant.IsHeld)
        {
            var request = new AdmissionRequest
            {
                Sender = client.Entry,
                Origin = visited,
                TargetProvider = route!.Provider.Id,
                CallerBytes = packet.TryFind(AttributeType.UserName, out var name) ? name.Value : default,
                Kind = GrantKind.Roaming,
                Now = context.Clock.GetCurrentInstant(),
                NowNs = nowNs,
            };
            if (!context.Admission.Admit(in request, out grant, out refusal))
                return refusal.Reason;
            if (context.Room.FullOf(grant) is { } full)
            {
                grant.Release();
                grant = default;
                refusal = context.Admission.Refuse(RefusalReason.OverLimit, default) with { Sender = client.Entry, Link = full, Limit = LimitKind.Sessions };
                return refusal.Reason;
            }

            watched?.Admitted(grant, visited);
        }

        // Trust in what the DNS says is the agreement's to give.
        var isAgreed = route!.Discoverer is null || DiscoveryTerms.Allow(grant);
        if (!isAgreed)
            route = context.Realms.Undiscovered(route);
        if (server is null)
            watched?.Servers(context, servers, route, isAgreed, nowNs);
        server ??= servers.Choose(route, HomeServerUse.Authentication, nowNs, sender: client.Entry.Neighbour.Id);
        var known = DiscoveryState.Found;
        if (server is not null)
            return RefusalReason.None;
        if (servers.IsAnyOpening(route, HomeServerUse.Authentication, client.Entry.Neighbour.Id, nowNs, ResumeLater, out known))
        {
            watched?.Say(RadiusWatchStep.Waiting, known == DiscoveryState.Looking ? "it waits for the DNS" : "it waits for a connection");
            return RefusalReason.None;
        }

        var why = !isAgreed ? RefusalReason.DiscoveryNotAgreed : DiscoveryTerms.ReasonOf(known);
        return NobodyToAsk(ref grant, why == RefusalReason.None ? RefusalReason.NoRoute : why);
    }

    void ResumeLater() => context.Loop.Post(() => Resume(context.Loop.NowNs));

    static RefusalReason NobodyToAsk(ref Grant grant, RefusalReason why = RefusalReason.NoRoute)
    {
        grant.Release();
        grant = default;
        return why;
    }

    /// <summary>To the server that is chosen; where it is overrun, to the next one, unless it alone knows the conversation.</summary>
    bool TrySendFirst(PendingRequest pending, HomeServer server, in RadiusPacket packet, long nowNs)
    {
        var from = HopSide.Of(pending.Inbound.Security, pending.Inbound.Mark);
        return TrySend(pending, server, packet, from, nowNs)
            || (!pending.IsBound && servers.Choose(pending.Route, HomeServerUse.Authentication, nowNs, but: server, sender: pending.Inbound.Client.Entry.Neighbour.Id) is { } other
                && TrySend(pending, other, packet, from, nowNs));
    }

    bool TrySend(PendingRequest pending, HomeServer server, in RadiusPacket packet, in HopSide from, long nowNs, bool isAgain = false)
    {
        if (!server.Requests.TryTake(nowNs, pending, null, out var id))
            return false;
        var asked = new RequestMark(RadiusCode.AccessRequest, id.Id, context.Authenticators.Next());
        var writer = server.Security.BeginRequest(_buffer, asked);
        // What goes to another server has crossed already.
        var crossing = isAgain ? Crossing.Own : context.Crossings.Of(pending.Grant);
        var isWhole = crossing.TryCopy(packet, from, HopSide.Of(server.Security, asked), ref writer, context.Hidden, out var cui);
        context.NoteIdentity(pending.Inbound.Client.Entry.Neighbour.Id, cui);
        if (!isAgain && !packet.TryFind(AttributeType.OperatorName, out _))
            isWhole &= writer.TryWrite(AttributeType.OperatorName, pending.Inbound.Client.OperatorName);
        if (!isAgain)
            isWhole &= writer.TryWrite(AttributeType.ProxyState, context.OwnProxyState);
        var length = server.Security.SignRequest(ref writer);
        if (!isWhole || length == 0)
        {
            server.Requests.Release(id);
            return false;
        }

        (pending.Server, pending.SentBy, pending.Id, pending.SentNs) = (server, server.Security, id, nowNs);
        pending.Watched?.Sent(server, id, packet, _buffer.AsSpan(0, length)); // what was kept may be the packet itself
        pending.Keep(_buffer.AsSpan(0, length));
        server.Requests.SetMark(id, asked);
        server.Send(id, _buffer.AsSpan(0, length));
        return true;
    }

    void Reject(in InboundRequest inbound, in RadiusPacket packet, RefusalReason reason, Refusal refusal, long nowNs, WatchedRequest? watched, ReadOnlySpan<byte> without = default)
    {
        if (refusal.Reason == RefusalReason.None)
            refusal = context.Admission.Refuse(reason, default);
        context.Refusals.Note(in refusal, RoamingContext.RealmIn(packet), $"{inbound.Client.Entry.Neighbour.Id} {inbound.From}");
        var phrase = refusal.Row.ShowsIncident ? $"{refusal.Row.SipPhrase} ({refusal.Incident})" : refusal.Row.ApiTitle;
        var answer = _buffer.AsSpan(0, LocalAnswer.Reject(_buffer, inbound.Security, inbound.Mark, packet, phrase, without));
        inbound.Answer(answer, nowNs);
        watched?.Refused(refusal);
        watched?.Returned(inbound.Client, answer);
    }

    /// <summary>The home lets in who has nothing left: what he had was used up, or became known, since he was asked for.</summary>
    void RejectInstead(PendingRequest pending, in RadiusPacket answer, long nowNs)
    {
        var inbound = pending.Inbound;
        var refusal = context.Admission.Refuse(RefusalReason.AllowanceUsedUp, default);
        context.Refusals.Note(in refusal, $"@{pending.Route.Realm}", $"{inbound.Client.Entry.Neighbour.Id} {inbound.From}");
        var length = LocalAnswer.RejectInstead(_buffer, inbound.Security, inbound.Mark, answer, ProxyStates.FindOwn(answer, context.OwnProxyState), refusal.Row.ApiTitle);
        inbound.Answer(_buffer.AsSpan(0, length), nowNs);
        pending.Watched?.Refused(refusal);
        pending.Watched?.Returned(inbound.Client, _buffer.AsSpan(0, length));
        Return(pending);
    }

    void Return(PendingRequest pending)
    {
        pending.Grant.Release();
        (pending.Grant, pending.Server, pending.HeldUntilNs, pending.Watched) = (default, null, 0, null);
        _pending--;
        _pool.Push(pending);
    }
}
