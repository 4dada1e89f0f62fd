using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Dynamic;

/// <summary>
/// Dynamic authorisation, against the stream (RFC 5176, RFC 8559): a home ends a session of its customer or changes it, and the request goes to the access server that reported it, over UDP or back
/// over the connection that was opened from there; other exchanges between. Who asks must speak for the customer's home. On the hub's loop.
/// </summary>
sealed class DynamicRelay(RoamingContext context, HomeServers servers, RadiusStreams streams)
{
    /// <summary>Requests under way; those beyond are refused with 506.</summary>
    const int MaxPending = 1_000;

    /// <summary>Providers whose networks are looked through where a request does not say whose it means.</summary>
    const int MaxCandidates = 500;

    /// <summary>A request that says another time is an old one, sent again by somebody (RFC 5176 section 6.3).</summary>
    static readonly Duration _window = Duration.FromSeconds(300);

    static readonly RetransmissionPolicy _again = new(2 * MonotonicTime.Second, 4 * MonotonicTime.Second, 3, 10 * MonotonicTime.Second);

    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    int _pending;

    /// <summary>A home's request, verified, that is no duplicate.</summary>
    public void OnRequest(in InboundRequest inbound, in RadiusPacket packet)
    {
        var watched = context.Watch.IsOn ? context.Watch.Begin(inbound, packet) : null;
        var now = context.Clock.GetCurrentInstant();
        if (packet.TryFindInteger(AttributeType.EventTimestamp, out var seconds) && (now - Instant.FromUnixTimeSeconds(seconds)) is var age && (age > _window || age < -_window))
        {
            inbound.Abandon();
            context.Log.RadiusDiscarded(inbound.Client.Entry.Neighbour.Id, $"{packet.Code} is {(long)age.TotalSeconds} s old", inbound.From.ToString());
            watched?.End(RadiusWatchStep.Discarded, $"it is {(long)age.TotalSeconds} s old: it gets no answer");
            return;
        }

        if (_pending >= MaxPending)
        {
            Refuse(inbound, packet, ErrorCause.ResourcesUnavailable, watched);
            return;
        }

        if (context.HasBeenHere(packet))
        {
            Refuse(inbound, packet, ErrorCause.RequestNotRoutable, watched);
            return;
        }

        if (AccountingReport.NasOf(packet) is not { } nas || AccountingReport.TextOf(packet, AttributeType.AcctSessionId) is not { } session)
        {
            Refuse(inbound, packet, ErrorCause.MissingAttribute, watched);
            return;
        }

        Find(inbound, packet.Bytes.ToArray(), Keys(inbound.Client.Entry, packet, nas, session, now), watched);
    }

    /// <summary>Ends a session: a Disconnect-Request of our own.</summary>
    /// <param name="session">An open one.</param>
    /// <param name="done">Called on the loop, once.</param>
    public void Disconnect(ReportedSession session, Action<DynamicOutcome> done)
    {
        var writer = PacketSecurity.Version11.BeginRequest(_buffer, new RequestMark(RadiusCode.DisconnectRequest, 0, default));
        var isWhole = writer.TryWrite(AttributeType.AcctSessionId, Encoding.UTF8.GetBytes(session.AccountId));
        if (IPAddress.TryParse(session.Nas, out var address))
            isWhole &= writer.TryWrite(address.AddressFamily == AddressFamily.InterNetwork ? AttributeType.NasIpAddress : AttributeType.NasIpv6Address, address.GetAddressBytes());
        else
            isWhole &= writer.TryWrite(AttributeType.NasIdentifier, Encoding.UTF8.GetBytes(session.Nas));
        isWhole &= writer.TryWriteInteger(AttributeType.EventTimestamp, (uint)context.Clock.GetCurrentInstant().ToUnixTimeSeconds());
        if (OperatorNameOf(session.Source.Visited) is { } visited)
            isWhole &= writer.TryWrite(AttributeType.OperatorName, visited); // RFC 8559 section 3.1: whose network is meant
        var length = PacketSecurity.Version11.SignRequest(ref writer);
        if (!isWhole || length == 0)
            done(new DynamicOutcome(DynamicResult.Unreachable, ErrorCause.InvalidRequest, ""));
        else
            Send(new DynamicRequest(RadiusCode.DisconnectRequest, _buffer[..length], session, null, done, context.Watch.IsOn ? context.Watch.Begin(session.Source.Realm, session.AccountId) : null));
    }

    /// <summary>Whoever was asked has answered.</summary>
    public void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer)
    {
        var request = pending.Dynamic!;
        request.Watched?.Answered(server, answer, context.Loop.NowNs - pending.SentNs);
        var isDone = answer.Code is RadiusCode.DisconnectAck or RadiusCode.CoaAck;
        if (answer.Code == RadiusCode.DisconnectAck)
            Ended(request.Session.Id);
        if (request.Inbound is { } inbound)
        {
            var filter = new AttributesBut(ProxyStates.FindOwn(answer, context.OwnProxyState), default);
            var writer = inbound.Security.BeginResponse(_buffer, answer.Code, inbound.Mark);
            var isWhole = ForwardedPacket.TryCopy(answer, HopSide.Of(server.Security, asked), HopSide.Of(inbound.Security, inbound.Mark), ref writer, context.Hidden, ref filter);
            var length = inbound.Security.SignResponse(ref writer);
            if (isWhole && length > 0)
            {
                inbound.Answer(_buffer.AsSpan(0, length), context.Loop.NowNs);
                request.Watched?.Returned(inbound.Client, answer, _buffer.AsSpan(0, length));
            }
            else
            {
                inbound.Abandon();
                request.Watched?.End(RadiusWatchStep.Unanswered, "the answer cannot be carried on");
            }
        }
        else
        {
            request.Watched?.End(RadiusWatchStep.Returned, "this exchange had asked");
        }

        var cause = answer.TryFindInteger(AttributeType.ErrorCause, out var number) ? (ErrorCause)number : ErrorCause.None;
        End(request, new DynamicOutcome(isDone ? DynamicResult.Acknowledged : DynamicResult.Refused, cause, server.Name));
    }

    /// <summary>Nobody has answered, in all the time that it was repeated.</summary>
    public void OnSilence(HomeServer server, PendingRequest pending)
    {
        pending.Dynamic!.Watched?.Silent(server, context.Loop.NowNs - pending.SentNs);
        pending.Dynamic.Watched?.End(RadiusWatchStep.Unanswered, "nobody knows whether it was done");
        pending.Dynamic.Inbound?.Abandon(); // to its asker that is silence too: nobody knows whether it was done
        End(pending.Dynamic, new DynamicOutcome(DynamicResult.Unanswered, ErrorCause.None, server.Name));
    }

    /// <summary>Under which keys the session may stand that a request means: of the network that it names, or of any where the asker's customers may roam.</summary>
    static List<string> Keys(NeighbourEntry asker, in RadiusPacket packet, string nas, string session, Instant now)
    {
        var world = asker.World;
        var named = packet.TryFind(AttributeType.OperatorName, out var name) ? Encoding.UTF8.GetString(name.Value) : null;
        var homes = world.Providers.Where(provider => world.SpeaksFor(asker, provider)).ToList();
        return
        [
            .. world.Providers.Where(visited => named is null ? homes.Exists(home => RoamingCover.Covers(world, home.Id, visited.Id, now))
                    : RadiusClient.OperatorNamesOf(visited).Contains(named, StringComparer.OrdinalIgnoreCase))
                .Take(MaxCandidates).Select(visited => SessionRows.KeyOf(visited.Id, nas, session)),
        ];
    }

    void Find(InboundRequest inbound, byte[] bytes, List<string> keys, WatchedRequest? watched)
    {
        _pending++;
        SessionRow? found = null;
        var world = context.Admission.World;
        context.Store.Write(
            transaction =>
            {
                // Who asks hears of its own customers alone.
                found = keys.SelectMany(key => SessionRows.OfKey(transaction, key)).Select(head => SessionRows.Find(transaction, head.Id)).OfType<SessionRow>()
                    .Where(row => world.FindProvider(row.Home) is { } home && world.SpeaksFor(inbound.Client.Entry, home))
                    .OrderBy(row => row.State == SessionState.Open ? 0 : 1).ThenByDescending(row => row.Id, StringComparer.Ordinal).FirstOrDefault();
                return true;
            },
            _ => context.Loop.Post(() => Found(inbound, bytes, found, watched)),
            fault => context.Loop.Post(() =>
            {
                _pending--;
                inbound.Abandon();
                watched?.End(RadiusWatchStep.Unanswered, "the store does not answer");
                context.Log.Fault("radius dynamic authorisation", fault);
            }));
    }

    void Found(in InboundRequest inbound, byte[] bytes, SessionRow? row, WatchedRequest? watched)
    {
        _pending--;
        RadiusPacket.TryParse(bytes, out var packet, out _);
        if (row is null)
        {
            Refuse(inbound, packet, ErrorCause.SessionContextNotFound, watched);
            return;
        }

        if (watched is null && context.Watch.IsOn && (watched = context.Watch.Begin(row.Realm, row.AccountId)) is not null)
            watched.Came(inbound, packet);
        watched?.Say(RadiusWatchStep.Realm, $"session {row.Id} of realm {row.Realm} of {row.Home}, at {row.Visited}, which {row.Neighbour} reported");

        var writer = PacketSecurity.Version11.BeginRequest(_buffer, new RequestMark(packet.Code, 0, default));
        var isWhole = context.Crossings.Between(row.Visited, row.Home, context.Clock.GetCurrentInstant()).TryCopy(
            packet, HopSide.Of(inbound.Security, inbound.Mark), HopSide.Of(PacketSecurity.Version11, default), ref writer, context.Hidden, out var cui);
        context.NoteIdentity(inbound.Client.Entry.Neighbour.Id, cui);
        var length = PacketSecurity.Version11.SignRequest(ref writer);
        if (!isWhole || length == 0)
            Refuse(inbound, packet, ErrorCause.InvalidRequest, watched);
        else
            Send(new DynamicRequest(packet.Code, _buffer[..length], ReportedSession.Of(row), inbound, null, watched));
    }

    void Send(DynamicRequest request)
    {
        _pending++;
        RadiusPacket.TryParse(request.Packet, out var packet, out _);
        var nowNs = context.Loop.NowNs;
        var pending = new PendingRequest { Dynamic = request, SentNs = nowNs };
        if (ServerOf(request.Session) is not { } server || !server.Requests.TryTake(nowNs, pending, server.IsStream ? null : _again, out var id))
        {
            request.Watched?.Say(RadiusWatchStep.Server, $"{request.Session.Source.Neighbour} has no place for it, and no connection to ask over");
            if (request.Inbound is { } inbound)
                Refuse(inbound, packet, ErrorCause.RequestNotRoutable, request.Watched);
            End(request, new DynamicOutcome(DynamicResult.Unreachable, ErrorCause.RequestNotRoutable, ""));
            return;
        }

        var asked = new RequestMark(request.Code, id.Id, default);
        var writer = server.Security.BeginRequest(_buffer, asked);
        var everything = default(AttributeSet);
        ForwardedPacket.TryCopy(packet, HopSide.Of(PacketSecurity.Version11, default), HopSide.Of(server.Security, asked), ref writer, context.Hidden, ref everything);
        if (request.Inbound is not null || server.Entry.Neighbour.Kind == NeighbourKind.Exchange)
            writer.TryWrite(AttributeType.ProxyState, context.OwnProxyState);
        var length = server.Security.SignRequest(ref writer);
        if (length == 0)
        {
            server.Requests.Release(id);
            if (request.Inbound is { } full)
                Refuse(full, packet, ErrorCause.InvalidRequest, request.Watched);
            End(request, new DynamicOutcome(DynamicResult.Unreachable, ErrorCause.InvalidRequest, server.Name));
            return;
        }

        var sent = _buffer.AsSpan(0, length);
        (pending.Server, pending.SentBy, pending.Id) = (server, server.Security, id);
        pending.Keep(sent);
        server.Requests.SetMark(id, server.Security.IsVersion11 ? asked : asked with { Authenticator = RequestAuthenticator.Read(sent[4..]) });
        server.Send(id, sent);
        request.Watched?.Sent(server, id, packet, sent);
    }

    /// <summary>Who takes such requests of the neighbour that reported the session: over UDP where its record says, else whatever connection there is.</summary>
    HomeServer? ServerOf(ReportedSession session) =>
        context.Admission.World.FindNeighbour(session.Source.Neighbour) is not { } entry ? null : servers.Dynamic(entry, session.Nas) ?? streams.Reverse(entry) ?? servers.Connected(entry);

    byte[]? OperatorNameOf(string provider) =>
        context.Admission.World.FindProvider(provider) is { } visited && RadiusClient.OperatorNamesOf(visited).FirstOrDefault() is { } name ? Encoding.UTF8.GetBytes(name) : null;

    void Refuse(in InboundRequest inbound, in RadiusPacket packet, ErrorCause cause, WatchedRequest? watched)
    {
        var writer = inbound.Security.BeginResponse(_buffer, packet.Code == RadiusCode.CoaRequest ? RadiusCode.CoaNak : RadiusCode.DisconnectNak, inbound.Mark);
        writer.TryWriteInteger(AttributeType.ErrorCause, (uint)cause);
        ProxyStates.TryCopyAll(packet, ref writer);
        var answer = _buffer.AsSpan(0, inbound.Security.SignResponse(ref writer));
        inbound.Answer(answer, context.Loop.NowNs);
        watched?.Returned(inbound.Client, answer);
        context.Log.RadiusDiscarded(inbound.Client.Entry.Neighbour.Id, $"{packet.Code} refused: {cause}", inbound.From.ToString());
    }

    void Ended(string session)
    {
        var now = context.Clock.GetCurrentInstant();
        context.Store.Write(transaction => SessionBook.Disconnected(transaction, session, now), static _ => { }, fault => context.Loop.Post(() => context.Log.Fault("radius dynamic authorisation", fault)));
    }

    void End(DynamicRequest request, DynamicOutcome outcome)
    {
        _pending--;
        request.Done?.Invoke(outcome);
    }
}
