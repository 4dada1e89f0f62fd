using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Roaming.Accounting;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// The RADIUS hub: hears access servers and proxies of neighbours, verifies what they send, and hands it to whoever carries it. What is not a neighbour's is discarded in silence
/// (RFC 2865 section 3, RFC 3579 section 3.2). On a loop of its own.
/// </summary>
sealed class RadiusHub : IDatagramReceiver, IHomeServerUser, IDisposable
{
    const long TurnNs = 100 * MonotonicTime.Millisecond;

    readonly RoamingContext _context;
    readonly RadiusClients _clients = new();
    readonly Dictionary<IDatagramSocket, (string Name, bool IsAccounting)> _listeners = [];
    readonly HomeServers _servers;
    readonly AccessRelay _access;
    readonly AccountingSender _sender;
    readonly AccountingRelay _accounting;
    readonly LoopTimer _timer;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];

    public RadiusHub(RoamingContext context, Random random)
    {
        _context = context;
        _servers = new HomeServers(context.Network, context.Loop, this, random);
        _access = new AccessRelay(context, _servers);
        _sender = new AccountingSender(context, _servers);
        _accounting = new AccountingRelay(context, _sender, context.Sessions);
        _timer = new LoopTimer(context.Loop, OnTurn);
    }

    /// <inheritdoc/>
    public PendingRequest NobodysRequest { get; } = new();

    /// <summary>Begins.</summary>
    public void Start()
    {
        _servers.Follow(_context.Admission.World);
        _sender.Start();
        _timer.Arm(TurnNs);
    }

    /// <summary>Listens; gives the addresses with their true ports.</summary>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public (NetAddress Authentication, NetAddress Accounting) Listen(RadiusListen listen) => (Open(listen.Name, listen.Authentication, false), Open(listen.Name, listen.Accounting, true));

    /// <summary>Another world is in force.</summary>
    public void OnWorldApplied() => _servers.Follow(_context.Admission.World);

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

    /// <inheritdoc/>
    public RequestAuthenticator NextAuthenticator() => _context.Authenticators.Next();

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (_clients.Find(_context.Admission.World, _listeners[socket].Name, from) is not { } client)
        {
            _context.Log.Stranger($"{from} over RADIUS");
            return;
        }

        var error = RadiusPacket.TryParse(payload, out var packet, out var broken) ? client.Security.VerifyRequest(packet) : broken;
        if (error != PacketError.None)
        {
            _context.Log.RadiusDiscarded(client.Entry.Neighbour.Id, error.ToString(), from.ToString());
            return;
        }

        var mark = client.Security.MarkOf(packet);
        switch (client.Asked.Take(from, mark, nowNs, out var answer, out var place))
        {
            case Arrival.New:
                OnRequest(client, socket, from, packet, mark, place, nowNs);
                break;
            case Arrival.Answered:
                socket.Send(answer, from);
                break;
            case Arrival.InProgress:
                AccessRelay.OnRepeated(client.Asked.WorkAt(place), from, mark);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs)
    {
        if (pending.Accounting is null)
            _access.OnAnswer(server, pending, asked, answer, nowNs);
        else
            _sender.OnAnswer(pending, nowNs);
    }

    /// <inheritdoc/>
    public void OnDiscarded(HomeServer server, PacketError error) => _context.Log.RadiusDiscarded(server.Entry.Neighbour.Id, error.ToString(), server.Address.ToString());

    /// <inheritdoc/>
    public void OnSilence(HomeServer server, PendingRequest pending, in RequestMark asked, long nowNs)
    {
        if (pending.Accounting is null)
            _access.OnSilence(server, pending, asked, nowNs);
        else
            _sender.OnSilence(pending);
    }

    public void Dispose()
    {
        _timer.Disarm();
        foreach (var socket in _listeners.Keys)
            socket.Dispose();
        _servers.Dispose();
        _context.Discovery.Dispose();
    }

    void OnRequest(RadiusClient client, IDatagramSocket socket, in NetAddress from, in RadiusPacket packet, in RequestMark mark, int place, long nowNs)
    {
        switch (packet.Code)
        {
            case RadiusCode.AccessRequest:
                _access.OnRequest(client, socket, from, packet, place, nowNs);
                break;
            case RadiusCode.AccountingRequest:
                _accounting.OnRequest(client, socket, from, packet, mark);
                break;
            case RadiusCode.StatusServer:
                // RFC 5997 section 3: each port answers as it answers what it is for.
                var length = LocalAnswer.Acknowledge(_buffer, client.Security, packet, _listeners[socket].IsAccounting ? RadiusCode.AccountingResponse : RadiusCode.AccessAccept);
                client.Asked.Answer(from, mark, _buffer.AsSpan(0, length), nowNs);
                socket.Send(_buffer.AsSpan(0, length), from);
                break;
            default:
                client.Asked.Abandon(from, mark);
                _context.Log.RadiusDiscarded(client.Entry.Neighbour.Id, PacketError.UnexpectedCode.ToString(), from.ToString());
                break;
        }
    }

    NetAddress Open(string name, NetAddress local, bool isAccounting)
    {
        if (!local.IsSet)
            return default;
        var socket = _context.Network.OpenDatagram(local, _context.Loop, this);
        _listeners[socket] = (name, isAccounting);
        return socket.Local;
    }

    void OnTurn(long nowNs)
    {
        _timer.Arm(TurnNs);
        _servers.Advance(nowNs);
        _access.Advance(nowNs);
        _sender.Advance(nowNs);
    }
}
