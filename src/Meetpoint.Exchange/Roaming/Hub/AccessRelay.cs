using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Sessions;
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
    readonly Stack<PendingRequest> _pool = new();
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    AccessBounds? _bounds;
    int _pending;

    /// <summary>Requests that wait for their answers.</summary>
    public int Pending => _pending;

    /// <summary>Conversations that are under way.</summary>
    public int ConversationCount => _conversations.Count;

    /// <summary>A request, verified, that is no duplicate.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="socket">Where it came in.</param>
    /// <param name="from">Where its answer goes.</param>
    /// <param name="packet">What is asked.</param>
    /// <param name="place">Where it is remembered as asked.</param>
    /// <param name="nowNs">The loop's time.</param>
    public void OnRequest(RadiusClient client, IDatagramSocket socket, in NetAddress from, in RadiusPacket packet, int place, long nowNs)
    {
        var mark = client.Security.MarkOf(packet);
        var reason = Decide(client, packet, nowNs, out var route, out var server, out var grant, out var isBound, out var refusal);
        if (reason == RefusalReason.None)
        {
            var pending = _pool.TryPop(out var used) ? used : new PendingRequest();
            (pending.Client, pending.Socket, pending.From, pending.Mark) = (client, socket, from, mark);
            (pending.Route, pending.Grant, pending.IsBound, pending.Visited) = (route!, grant, isBound, client.OperatorOf(packet)!);
            _pending++;
            if (TrySend(pending, server!, packet, HopSide.Of(client.Security, mark), nowNs, addsOperator: !packet.TryFind(AttributeType.OperatorName, out _)))
            {
                client.Asked.WorkOn(place, pending);
                return;
            }

            Return(pending);
            reason = RefusalReason.Overload;
        }

        Reject(client, socket, from, packet, mark, reason, refusal, nowNs);
    }

    /// <summary>The same request again: its client lost patience, or a datagram was lost on the way, so it goes to the server again, the same octets.</summary>
    public static void OnRepeated(object? work, in NetAddress from, in RequestMark mark)
    {
        if (work is PendingRequest { HeldUntilNs: 0 } pending && pending.From == from && pending.Mark == mark)
            pending.Server.Send(pending.Id, pending.Sent);
    }

    /// <summary>A home server has answered.</summary>
    public void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs)
    {
        var client = pending.Client;
        var isForeign = pending.Route.Provider.Id != client.Entry.Neighbour.Provider;
        var isLetIn = answer.Code == RadiusCode.AccessAccept && pending.Visited != pending.Route.Provider.Id;
        var allowance = default(RoamingAllowance);
        if (isLetIn && !(_bounds ??= new AccessBounds(context, OnAnswer)).TryFind(server, pending, asked, answer, nowNs, out allowance))
            return; // it comes again
        if (allowance.Refusal != AllowanceRefusal.None)
        {
            RejectInstead(pending, answer, nowNs);
            return;
        }

        var bounds = SessionBounds.Of(answer).Within(allowance);
        var filter = new AttributesBut(ProxyStates.FindOwn(answer, context.OwnProxyState), allowance.IsBounded ? AccessFilter.OfBoundedAnswers : isForeign ? AccessFilter.OfAnswers : default);
        var writer = client.Security.BeginResponse(_buffer, answer.Code, pending.Mark);
        var isWhole = ForwardedPacket.TryCopy(answer, HopSide.Of(server.Security, asked), HopSide.Of(client.Security, pending.Mark), ref writer, context.Hidden, ref filter);
        isWhole &= !allowance.IsBounded || bounds.TryWrite(ref writer);
        var length = client.Security.SignResponse(ref writer);
        if (isWhole && length > 0)
        {
            Answer(client, pending.Socket, pending.From, pending.Mark, length, nowNs);
            if (isLetIn && RadiusPacket.TryParse(pending.Sent, out var request, out _))
                context.Sessions.Accept(pending.Visited, pending.Route, client.Entry.Neighbour.Id, request, answer, bounds);
            if (answer.Code == RadiusCode.AccessChallenge && answer.TryFind(AttributeType.State, out var state))
            {
                _conversations.Begin(client, state.Value, server, pending.Grant, nowNs);
                pending.Grant = default;
            }
        }
        else
        {
            context.Log.RadiusDiscarded(server.Entry.Neighbour.Id, "an answer cannot be carried on", server.Address.ToString());
            client.Asked.Abandon(pending.From, pending.Mark);
        }

        Return(pending);
    }

    /// <summary>A home server has not answered: another of the same provider is asked, unless it is in the midst of a conversation that no other knows.</summary>
    public void OnSilence(HomeServer server, PendingRequest pending, in RequestMark asked, long nowNs)
    {
        if (!pending.IsBound && servers.Choose(pending.Route, HomeServerUse.Authentication, nowNs, but: server) is { } next && RadiusPacket.TryParse(pending.Sent, out var sent, out _)
            && TrySend(pending, next, sent, HopSide.Of(server.Security, asked), nowNs, addsOperator: false, isAgain: true))
            return;

        // Its client asks again, which finds a server that is back, or is rejected; a conversation can go on with this one alone.
        if (pending.IsBound && RadiusPacket.TryParse(pending.Sent, out var bound, out _) && bound.TryFind(AttributeType.State, out var state))
        {
            _conversations.Begin(pending.Client, state.Value, server, pending.Grant, nowNs);
            pending.Grant = default;
        }

        pending.Client.Asked.Abandon(pending.From, pending.Mark);
        Return(pending);
    }

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        _conversations.Advance(nowNs);
        _bounds?.Advance(nowNs);
    }

    RefusalReason Decide(
        RadiusClient client, in RadiusPacket packet, long nowNs, out RealmRoute? route, out HomeServer? server, out Grant grant, out bool isBound, out Refusal refusal)
    {
        (route, server, grant, isBound, refusal) = (null, null, default, false, default);
        if (_pending >= MaxPending)
            return RefusalReason.Overload;
        var reason = context.Locate(client, packet, out route, out var origin);
        if (reason != RefusalReason.None)
            return reason;
        if (!packet.TryFind(AttributeType.State, out var state))
        {
            if (origin != route!.Provider.Id && context.Sessions.Refused(origin!, route.Provider.Id, packet) != AllowanceRefusal.None)
                return RefusalReason.AllowanceUsedUp;
        }
        else
        {
            isBound = true;
            if (_conversations.TryContinue(client, state.Value, out var with, out grant))
            {
                if (!with.IsGone && !with.Health.IsUsable)
                    return NobodyToAsk(ref grant); // what asks may begin anew with another
                server = with.IsGone ? null : with;
            }
        }

        if (!grant.IsHeld)
        {
            var request = new AdmissionRequest
            {
                Sender = client.Entry,
                Origin = origin,
                TargetProvider = route!.Provider.Id,
                CallerBytes = packet.TryFind(AttributeType.UserName, out var name) ? name.Value : default,
                Kind = GrantKind.Roaming,
                Now = context.Clock.GetCurrentInstant(),
                NowNs = nowNs,
            };
            if (!context.Admission.Admit(in request, out grant, out refusal))
                return refusal.Reason;
        }

        server ??= servers.Choose(route!, HomeServerUse.Authentication, nowNs);
        if (server is not null)
            return RefusalReason.None;
        return NobodyToAsk(ref grant);
    }

    static RefusalReason NobodyToAsk(ref Grant grant)
    {
        grant.Release();
        grant = default;
        return RefusalReason.NoRoute;
    }

    bool TrySend(PendingRequest pending, HomeServer server, in RadiusPacket packet, in HopSide from, long nowNs, bool addsOperator, bool isAgain = false)
    {
        if (!server.Requests.TryTake(nowNs, pending, null, out var id))
            return false;
        var asked = new RequestMark(RadiusCode.AccessRequest, id.Id, context.Authenticators.Next());
        var writer = server.Security.BeginRequest(_buffer, asked);
        var everything = default(AttributeSet);
        var isWhole = ForwardedPacket.TryCopy(packet, from, HopSide.Of(server.Security, asked), ref writer, context.Hidden, ref everything);
        if (addsOperator)
            isWhole &= writer.TryWrite(AttributeType.OperatorName, pending.Client.OperatorName);
        if (!isAgain)
            isWhole &= writer.TryWrite(AttributeType.ProxyState, context.OwnProxyState);
        var length = server.Security.SignRequest(ref writer);
        if (!isWhole || length == 0)
        {
            server.Requests.Release(id);
            return false;
        }

        (pending.Server, pending.Id, pending.SentNs) = (server, id, nowNs);
        pending.Keep(_buffer.AsSpan(0, length));
        server.Requests.SetMark(id, asked);
        server.Send(id, _buffer.AsSpan(0, length));
        return true;
    }

    void Reject(RadiusClient client, IDatagramSocket socket, in NetAddress from, in RadiusPacket packet, in RequestMark mark, RefusalReason reason, Refusal refusal, long nowNs)
    {
        if (refusal.Reason == RefusalReason.None)
            refusal = context.Admission.Refuse(reason, default);
        context.Refusals.Note(in refusal, RoamingContext.RealmIn(packet), $"{client.Entry.Neighbour.Id} {from}");
        var phrase = refusal.Row.ShowsIncident ? $"{refusal.Row.SipPhrase} ({refusal.Incident})" : refusal.Row.ApiTitle;
        Answer(client, socket, from, mark, LocalAnswer.Reject(_buffer, client.Security, packet, phrase), nowNs);
    }

    /// <summary>The home lets in who has nothing left: what he had was used up, or became known, since he was asked for.</summary>
    void RejectInstead(PendingRequest pending, in RadiusPacket answer, long nowNs)
    {
        var refusal = context.Admission.Refuse(RefusalReason.AllowanceUsedUp, default);
        context.Refusals.Note(in refusal, $"@{pending.Route.Realm}", $"{pending.Client.Entry.Neighbour.Id} {pending.From}");
        var length = LocalAnswer.RejectInstead(_buffer, pending.Client.Security, pending.Mark, answer, ProxyStates.FindOwn(answer, context.OwnProxyState), refusal.Row.ApiTitle);
        Answer(pending.Client, pending.Socket, pending.From, pending.Mark, length, nowNs);
        Return(pending);
    }

    void Answer(RadiusClient client, IDatagramSocket socket, in NetAddress to, in RequestMark mark, int length, long nowNs)
    {
        client.Asked.Answer(to, mark, _buffer.AsSpan(0, length), nowNs);
        socket.Send(_buffer.AsSpan(0, length), to);
    }

    void Return(PendingRequest pending)
    {
        pending.Grant.Release();
        pending.Grant = default;
        pending.HeldUntilNs = 0;
        _pending--;
        _pool.Push(pending);
    }
}
