using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// One server over UDP: what it is asked, from as many source ports as that needs, and whether it is there. Authentication and accounting of one host are two.
/// On the hub's loop.
/// </summary>
sealed class HomeServer : IDatagramReceiver, IDisposable
{
    /// <summary>A client gives up after some 10 to 15 s; before that another server is tried.</summary>
    const long TimeoutNs = 4 * MonotonicTime.Second;

    static readonly NetAddress _anyIPv6 = NetAddress.FromIPv6(new byte[16], 0);

    readonly INetwork _network;
    readonly IEventLoop _loop;
    readonly IHomeServerUser _user;
    readonly List<IDatagramSocket> _sockets = [];
    readonly Dictionary<IDatagramSocket, int> _ports = [];
    readonly byte[] _probe = new byte[64];
    RequestId? _probeId;

    public HomeServer(INetwork network, IEventLoop loop, IHomeServerUser user, NeighbourEntry entry, NetAddress address, Random random)
    {
        (_network, _loop, _user, Entry, Address) = (network, loop, user, entry, address);
        Security = RadiusClient.SecurityOf(entry.Neighbour.Radius!);
        Requests = new RequestTable<PendingRequest>(new RequestTableOptions { TimeoutNs = TimeoutNs }, random);
        Health = new ServerHealth(new ServerHealthOptions { CanProbe = entry.Neighbour.Radius!.StatusServer }, random);
    }

    public NeighbourEntry Entry { get; }

    public NetAddress Address { get; }

    public PacketSecurity Security { get; }

    public RequestTable<PendingRequest> Requests { get; }

    public ServerHealth Health { get; }

    /// <summary>True once no world has it any more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Sends what was signed under an id.</summary>
    public void Send(RequestId id, ReadOnlySpan<byte> packet)
    {
        while (id.Port >= _sockets.Count)
        {
            var socket = _network.OpenDatagram(Address.IsIPv4 ? NetAddress.FromIPv4(0, 0) : _anyIPv6, _loop, this);
            _ports[socket] = _sockets.Count;
            _sockets.Add(socket);
        }

        _sockets[id.Port].Send(packet, Address);
    }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        // From anywhere else it is no answer of this server, whatever it says.
        if (from != Address || !_ports.TryGetValue(socket, out var port) || !RadiusPacket.TryParse(payload, out var packet, out _))
            return;
        var id = new RequestId(port, packet.Identifier);
        if (!Requests.TryFind(id, out var pending, out var mark))
            return;
        if (Security.VerifyResponse(packet, mark) is not PacketError.None and var error)
        {
            _user.OnDiscarded(this, error);
            return;
        }

        Requests.Release(id);
        if (_probeId == id)
        {
            _probeId = null;
            Health.ProbeAnswered(nowNs);
            return;
        }

        Health.Answered(pending.Route.Number, nowNs);
        _user.OnAnswer(this, pending, mark, packet, nowNs);
    }

    /// <summary>Time has passed: ends what was not answered, and asks whether it is there.</summary>
    public void Advance(long nowNs)
    {
        while (Requests.TryTakeDue(nowNs, out var due))
        {
            if (_probeId == due.Id)
            {
                _probeId = null; // Health has its own clock for it
                continue;
            }

            if (!due.IsOver)
            {
                Send(due.Id, due.Owner.Sent);
                continue;
            }

            Health.TimedOut(due.Owner.Route.Number, due.Owner.SentNs, nowNs);
            _user.OnSilence(this, due.Owner, due.Mark, nowNs);
        }

        if (Health.IsProbeDue(nowNs))
            Probe(nowNs);
    }

    /// <summary>The world has it no more: what it was asked is not answered any more, and goes elsewhere.</summary>
    public void Leave(long nowNs)
    {
        IsGone = true;
        for (var port = 0; port < Requests.Ports; port++)
        {
            while (Requests.TryTakeOf(port, nowNs, out var over))
            {
                if (over.Id != _probeId)
                    _user.OnSilence(this, over.Owner, over.Mark, nowNs);
            }
        }

        Dispose();
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    void Probe(long nowNs)
    {
        if (_probeId is not null || !Requests.TryTake(nowNs, _user.NobodysRequest, null, out var id))
            return;
        _probeId = id;
        var mark = new RequestMark(RadiusCode.StatusServer, id.Id, _user.NextAuthenticator());
        var writer = Security.BeginRequest(_probe, mark);
        var length = Security.SignRequest(ref writer);
        Requests.SetMark(id, mark);
        Send(id, _probe.AsSpan(0, length));
    }
}

/// <summary>Hears what became of requests. On the hub's loop.</summary>
interface IHomeServerUser
{
    /// <summary>What stands for a request where nobody asked one.</summary>
    PendingRequest NobodysRequest { get; }

    /// <summary>An authenticator that nobody foresees.</summary>
    RequestAuthenticator NextAuthenticator();

    /// <summary>An answer, verified.</summary>
    void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs);

    /// <summary>What came in its place is none: the secrets differ, or it is not protected as agreed. To its asker that is silence, so that somebody should know.</summary>
    void OnDiscarded(HomeServer server, PacketError error);

    /// <summary>None came in time.</summary>
    void OnSilence(HomeServer server, PendingRequest pending, in RequestMark asked, long nowNs);
}
