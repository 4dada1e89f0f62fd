using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Roaming.Accounting;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Dynamic;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// The RADIUS hub: hears access servers, proxies and other exchanges, verifies what they send, and hands it to whoever carries it. What is not a neighbour's is discarded in silence
/// (RFC 2865 section 3, RFC 3579 section 3.2). On a loop of its own.
/// </summary>
sealed class RadiusHub : IDatagramReceiver, IHomeServerUser, IDisposable
{
    const long TurnNs = 100 * MonotonicTime.Millisecond;

    readonly RoamingContext _context;
    readonly RadiusClients _clients = new();
    readonly Dictionary<IDatagramSocket, UdpPlace> _listeners = [];
    readonly RadiusStreams _streams;
    readonly HomeServers _servers;
    readonly AccessRelay _access;
    readonly AccountingSender _sender;
    readonly AccountingRelay _accounting;
    readonly DynamicRelay _dynamic;
    readonly LoopTimer _timer;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];

    public RadiusHub(RoamingContext context, Random random)
    {
        _context = context;
        _streams = new RadiusStreams(context, _clients, this, OnStreamPacket, random);
        _servers = new HomeServers(context, this, random);
        _access = new AccessRelay(context, _servers);
        _sender = new AccountingSender(context, _servers);
        _accounting = new AccountingRelay(context, _sender, context.Sessions);
        _dynamic = new DynamicRelay(context, _servers, _streams);
        _timer = new LoopTimer(context.Loop, OnTurn);
    }

    /// <inheritdoc/>
    public PendingRequest NobodysRequest { get; } = new();

    /// <summary>Begins.</summary>
    public void Start()
    {
        _context.Sessions.Crossed = OnCrossed;
        _servers.Follow(_context.Admission.World);
        _sender.Start();
        _timer.Arm(TurnNs);
        _servers.Advance(_context.Loop.NowNs); // connections begin at once
    }

    /// <summary>Listens; gives the addresses with their true ports.</summary>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public RadiusListen Listen(RadiusListen listen) => new(
        listen.Name, Open(listen.Name, listen.Authentication, HomeServerUse.Authentication), Open(listen.Name, listen.Accounting, HomeServerUse.Accounting),
        Open(listen.Name, listen.Dynamic, HomeServerUse.Dynamic));

    /// <inheritdoc cref="RadiusStreams.Listen"/>
    public NetAddress Listen(RadiusTlsListen listen) => _streams.Listen(listen);

    /// <summary>Another world is in force.</summary>
    public void OnWorldApplied()
    {
        _servers.Follow(_context.Admission.World);
        _streams.Follow(_context.Admission.World);
        _servers.Advance(_context.Loop.NowNs);
    }

    /// <summary>Realms with their servers, and what is under way. From any thread.</summary>
    public Task<RadiusRealmsView> RealmsAsync() =>
        _context.Loop.AskAsync(() => new RadiusRealmsView(
            new RadiusPath(_context, _servers).Realms(), _access.Pending, _access.ConversationCount, _sender.Count,
            DiscoveryViews.Of(_context.Discovery, _context.Loop.NowNs, _context.Clock.GetCurrentInstant())));

    /// <summary>What the DNS says of a realm now; or null and why it is not asked. From any thread.</summary>
    public Task<(RadiusDiscoveryView? View, string? Refused)> DiscoverAsync(string realm, HomeServerUse use)
    {
        var answer = new TaskCompletionSource<(RadiusDiscoveryView?, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _context.Loop.Post(() => RealmInquiry.Ask(_context, realm, use, (view, refused) => answer.SetResult((view, refused))));
        return answer.Task;
    }

    /// <inheritdoc cref="RadiusPath.Explain"/>
    public Task<RadiusPathView> ExplainAsync(string user, string at) => _context.Loop.AskAsync(() => new RadiusPath(_context, _servers).Explain(user, at, _context.Loop.NowNs));

    /// <summary>Begins to watch the requests of a user or realm; null while as many watch as may. From any thread.</summary>
    public Task<RequestWatcher?> WatchAsync(WatchedName name) => _context.Loop.AskAsync(() => _context.Watch.TryAdd(name));

    /// <summary>Ends a watch. From any thread.</summary>
    public void EndWatch(RequestWatcher watcher) => _context.Loop.Post(() => _context.Watch.Remove(watcher));

    /// <inheritdoc/>
    public RequestAuthenticator NextAuthenticator() => _context.Authenticators.Next();

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        var place = _listeners[socket];
        if (_clients.Find(_context.Admission.World, place.Name, from, place.Use == HomeServerUse.Dynamic) is not { Security: { } security } client)
        {
            _context.Log.Stranger($"{from} over RADIUS");
            return;
        }

        var error = RadiusPacket.TryParse(payload, out var packet, out var broken) ? security.VerifyRequest(packet) : broken;
        if (error == PacketError.None && !place.Takes(packet.Code))
            error = PacketError.UnexpectedCode;
        if (error != PacketError.None)
        {
            _context.Log.RadiusDiscarded(client.Entry.Neighbour.Id, error.ToString(), from.ToString());
            TellDiscarded(client, from, packet, error);
            return;
        }

        var mark = security.MarkOf(packet);
        switch (client.Asked.Take(from, mark, nowNs, out var answer, out var known))
        {
            case Arrival.New:
                OnRequest(new InboundRequest(client, security, socket, null, from, mark), packet, known, place.Use == HomeServerUse.Accounting, nowNs);
                break;
            case Arrival.Answered:
                socket.Send(answer, from);
                break;
            case Arrival.InProgress:
                AccessRelay.OnRepeated(client.Asked.WorkAt(known), from, mark);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs)
    {
        if (pending.Dynamic is not null)
            _dynamic.OnAnswer(server, pending, asked, answer);
        else if (pending.Accounting is null)
            _access.OnAnswer(server, pending, asked, answer, nowNs);
        else
            _sender.OnAnswer(server, pending, answer, nowNs);
    }

    /// <inheritdoc/>
    public void OnDiscarded(HomeServer server, PacketError error) => _context.Log.RadiusDiscarded(server.Entry.Neighbour.Id, error.ToString(), server.Name);

    /// <inheritdoc/>
    public void OnSilence(HomeServer server, PendingRequest pending, in RequestMark asked, long nowNs)
    {
        if (pending.Dynamic is not null)
            _dynamic.OnSilence(server, pending);
        else if (pending.Accounting is null)
            _access.OnSilence(server, pending, asked, nowNs);
        else
            _sender.OnSilence(server, pending, nowNs);
    }

    /// <inheritdoc/>
    public void OnRequest(HomeServer server, int port, in RadiusPacket request, long nowNs)
    {
        var error = request.Code is RadiusCode.DisconnectRequest or RadiusCode.CoaRequest ? server.Security.VerifyRequest(request) : PacketError.UnexpectedCode;
        if (error == PacketError.None && server.StreamOf(port) is { } stream && _context.Admission.World.FindNeighbour(server.Entry.Neighbour.Id) is { } entry)
            _dynamic.OnRequest(new InboundRequest(_clients.ClientOf(entry), server.Security, null, stream, stream.Remote, server.Security.MarkOf(request)), request);
        else
            OnDiscarded(server, error);
    }

    /// <summary>Ends a session: asks its access server, and says what that answered. From any thread.</summary>
    public Task<DynamicOutcome> DisconnectAsync(SessionRow row)
    {
        var outcome = new TaskCompletionSource<DynamicOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _context.Loop.Post(() => _dynamic.Disconnect(ReportedSession.Of(row), outcome.SetResult));
        return outcome.Task;
    }

    /// <inheritdoc/>
    public void OnLink(HomeServer server, bool isBack)
    {
        var name = $"radius over tls {server.Name} of {server.Entry.Neighbour.Id}";
        if (!server.IsUp && server.Fault is { } fault)
        {
            _context.Log.Unreachable(name, fault);
            _servers.Found.OnFault(server, _context.Loop.NowNs);
        }
        else if (isBack)
        {
            _context.Log.Reachable(name);
        }

        _context.Loop.Post(() => _access.Resume(_context.Loop.NowNs)); // not within what the link is doing
    }

    public void Dispose()
    {
        _timer.Disarm();
        foreach (var socket in _listeners.Keys)
            socket.Dispose();
        _streams.Dispose();
        _servers.Dispose();
        _context.Discovery.Dispose();
    }

    /// <summary>What came over TLS. Gives why it is no request of the neighbour.</summary>
    PacketError OnStreamPacket(ClientConnection connection, ReadOnlySpan<byte> bytes, long nowNs)
    {
        var isPacket = RadiusPacket.TryParse(bytes, out var packet, out var broken);
        if (isPacket && packet.Code.IsResponse() && connection.Reverse is { } reverse)
        {
            reverse.OnPacket(0, bytes, nowNs);
            return PacketError.None;
        }

        var error = isPacket ? connection.Security.VerifyRequest(packet) : broken;
        if (error != PacketError.None)
        {
            _context.Log.RadiusDiscarded(connection.Client.Entry.Neighbour.Id, error.ToString(), connection.Stream.Remote.ToString());
            TellDiscarded(connection.Client, connection.Stream.Remote, packet, error);
            return error;
        }

        var inbound = new InboundRequest(connection.Client, connection.Security, null, connection.Stream, connection.Stream.Remote, connection.Security.MarkOf(packet));
        OnRequest(inbound, packet, -1, isAccounting: false, nowNs);
        return PacketError.None;
    }

    /// <summary>A session has used what it may: its visited side ends it. What could not be ended is tried again at its next report.</summary>
    void OnCrossed(CrossedSession crossed)
    {
        if (_context.Admission.World.FindProvider(crossed.Source.Visited)?.Exchange != _context.Admission.World.Exchange)
            return; // its own exchange has the same reports
        _dynamic.Disconnect(new ReportedSession(crossed.Id, crossed.Source, crossed.Nas, crossed.AccountId), outcome =>
        {
            if (outcome.Result == DynamicResult.Acknowledged)
                return;
            _context.Log.RadiusDiscarded(crossed.Source.Neighbour, $"session {crossed.Id} has crossed {crossed.Why} and could not be ended: {outcome.Result} {outcome.Cause}", outcome.By);
            _context.Sessions.Answered(crossed.Id);
        });
    }

    /// <param name="inbound">Who asks, and how it is answered.</param>
    /// <param name="packet">What is asked.</param>
    /// <param name="place">Where it is remembered as asked; none of a stream's is.</param>
    /// <param name="isAccounting">True at a port of accounting alone.</param>
    /// <param name="nowNs">The loop's time.</param>
    void OnRequest(in InboundRequest inbound, in RadiusPacket packet, int place, bool isAccounting, long nowNs)
    {
        switch (packet.Code)
        {
            case RadiusCode.AccessRequest:
                _access.OnRequest(inbound, packet, place, nowNs);
                break;
            case RadiusCode.AccountingRequest:
                _accounting.OnRequest(inbound, packet);
                break;
            case RadiusCode.DisconnectRequest or RadiusCode.CoaRequest:
                _dynamic.OnRequest(inbound, packet);
                break;
            case RadiusCode.StatusServer:
                // RFC 5997 section 3: each port answers as it answers what it is for.
                inbound.Answer(_buffer.AsSpan(0, LocalAnswer.Acknowledge(_buffer, inbound.Security, packet, isAccounting ? RadiusCode.AccountingResponse : RadiusCode.AccessAccept)), nowNs);
                break;
            default:
                inbound.Abandon();
                _context.Log.RadiusDiscarded(inbound.Client.Entry.Neighbour.Id, PacketError.UnexpectedCode.ToString(), inbound.From.ToString());
                break;
        }
    }

    void TellDiscarded(RadiusClient client, in NetAddress from, in RadiusPacket packet, PacketError error)
    {
        if (_context.Watch.IsOn && packet.Length > 0)
            _context.Watch.Discarded(client, from.ToString(), packet, error);
    }

    NetAddress Open(string name, NetAddress local, HomeServerUse use)
    {
        if (!local.IsSet)
            return default;
        var socket = _context.Network.OpenDatagram(local, _context.Loop, this);
        _listeners[socket] = new UdpPlace(name, use);
        return socket.Local;
    }

    void OnTurn(long nowNs)
    {
        _timer.Arm(TurnNs);
        _servers.Advance(nowNs);
        _streams.Advance(nowNs);
        _access.Advance(nowNs);
        _sender.Advance(nowNs);
        _context.Watch.Advance(nowNs);
    }

    /// <summary>A port of ours.</summary>
    readonly record struct UdpPlace(string Name, HomeServerUse Use)
    {
        /// <summary>Whether such a request may come in there; Status-Server may anywhere.</summary>
        public bool Takes(RadiusCode code) => code switch
        {
            RadiusCode.AccessRequest => Use == HomeServerUse.Authentication,
            RadiusCode.AccountingRequest => Use == HomeServerUse.Accounting,
            RadiusCode.DisconnectRequest or RadiusCode.CoaRequest => Use == HomeServerUse.Dynamic,
            _ => true,
        };
    }
}
