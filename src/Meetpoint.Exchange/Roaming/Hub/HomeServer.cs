using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// One server: what it is asked, and whether it is there. Over UDP authentication and accounting of one host are two; over TLS they are one. On the hub's loop.
/// </summary>
sealed class HomeServer : IServerLinkUser, IDisposable
{
    /// <summary>A client gives up after some 10 to 15 s; before that another server is tried.</summary>
    const long TimeoutNs = 4 * MonotonicTime.Second;

    /// <summary>Connections to one server, each with 256 ids, where it does not speak RADIUS/1.1.</summary>
    const int MaxConnections = 16;

    readonly IHomeServerUser _user;
    readonly Random _random;
    readonly bool _probes;
    readonly byte[] _probe = new byte[64];
    IServerLink _link = null!;
    RequestId? _probeId;
    bool _hasTokens;

    /// <param name="user">Hears what becomes of requests.</param>
    /// <param name="entry">Whose it is: a neighbour with RADIUS.</param>
    /// <param name="name">Where it is, for people.</param>
    /// <param name="random">Spreads what goes on by itself.</param>
    /// <param name="probes">Whether it is asked if it is there.</param>
    public HomeServer(IHomeServerUser user, NeighbourEntry entry, string name, Random random, bool probes)
    {
        (_user, Entry, Name, _random, _probes) = (user, entry, name, random, probes);
        Requests = NewRequests();
        Health = NewHealth();
    }

    /// <summary>Whose it is.</summary>
    public NeighbourEntry Entry { get; }

    /// <summary>Where it is, for people.</summary>
    public string Name { get; }

    /// <summary>How packets are protected; only while it <see cref="IsUp"/>.</summary>
    public PacketSecurity Security => _link.Security!;

    /// <summary>True while requests can be sent; whether they are answered is <see cref="Health"/>'s to say.</summary>
    public bool IsUp => _link.Security is not null;

    /// <summary>True while a connection is being opened: it may be up in a moment.</summary>
    public bool IsOpening => _link.IsOpening;

    /// <summary>True where nothing is sent again.</summary>
    public bool IsStream => _link.IsStream;

    /// <summary>Why its connection ended last; null while that is not so.</summary>
    public string? Fault { get; private set; }

    public RequestTable<PendingRequest> Requests { get; private set; }

    public ServerHealth Health { get; private set; }

    /// <summary>True once no world has it any more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The connection on which the server asks itself; null where there is none.</summary>
    public IStream? StreamOf(int port) => _link.StreamOf(port);

    /// <summary>Gives it its way; once, before anything else.</summary>
    public void Connect(IServerLink link) => _link = link;

    /// <summary>Whether a request of a realm may go there now.</summary>
    public bool IsUsableFor(int realm, long nowNs) => IsUp && Health.IsUsableFor(realm, nowNs);

    /// <summary>Sends what was signed under an id.</summary>
    public void Send(RequestId id, ReadOnlySpan<byte> packet) => _link.Send(id.Port, packet);

    /// <inheritdoc/>
    public void OnUp(long nowNs)
    {
        Fault = null;
        if (_hasTokens != Security.IsVersion11)
        {
            _hasTokens = Security.IsVersion11;
            Requests = NewRequests(); // none was left when the last connection ended
        }

        Health = NewHealth();
        _user.OnLink(this);
    }

    /// <inheritdoc/>
    public void OnDown(int port, string reason, long nowNs)
    {
        Fault = reason;
        _user.OnLink(this);
        End(port, nowNs);
    }

    /// <inheritdoc/>
    public void OnPacket(int port, ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (!IsUp || !RadiusPacket.TryParse(bytes, out var packet, out _))
            return;
        if (packet.Code.IsRequest())
        {
            _user.OnRequest(this, port, packet, nowNs);
            return;
        }

        var id = new RequestId(_hasTokens ? 0 : port, Security.IdOf(packet));
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

        Health.Answered(pending.Realm, nowNs);
        _user.OnAnswer(this, pending, mark, packet, nowNs);
    }

    /// <summary>Time has passed: ends what was not answered, and asks whether it is there.</summary>
    public void Advance(long nowNs)
    {
        _link.Advance(nowNs);
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

            Health.TimedOut(due.Owner.Realm, due.Owner.SentNs, nowNs);
            _user.OnSilence(this, due.Owner, due.Mark, nowNs);
        }

        if (IsUp && Health.IsProbeDue(nowNs))
            Probe(nowNs);
        if (IsStream && IsUp && Health.State == ServerState.Dead)
            _link.Reset(nowNs); // RFC 3539 section 3.4.1: a connection that is silent is no connection
    }

    /// <summary>The world has it no more: what it was asked is not answered any more, and goes elsewhere.</summary>
    public void Leave(long nowNs)
    {
        IsGone = true;
        for (var port = 0; port < Requests.Ports; port++)
            End(port, nowNs);
        Dispose();
    }

    public void Dispose() => _link?.Dispose();

    RequestTable<PendingRequest> NewRequests() => new(
        new RequestTableOptions { TimeoutNs = TimeoutNs, HasTokens = _hasTokens, MaxPorts = _link is { IsStream: true } && !_hasTokens ? MaxConnections : new RequestTableOptions().MaxPorts },
        _random);

    ServerHealth NewHealth() => new(new ServerHealthOptions { CanProbe = _probes }, _random);

    void End(int port, long nowNs)
    {
        while (Requests.TryTakeOf(port, nowNs, out var over))
        {
            if (over.Id == _probeId)
                _probeId = null;
            else
                _user.OnSilence(this, over.Owner, over.Mark, nowNs);
        }
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

    /// <summary>The server itself asks, over the connection that we have opened (RFC 8559); not verified yet.</summary>
    void OnRequest(HomeServer server, int port, in RadiusPacket request, long nowNs);

    /// <summary>Its connection is up, or ended.</summary>
    void OnLink(HomeServer server);
}
