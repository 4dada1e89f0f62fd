using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Interop.Roaming;

/// <summary>
/// An access server with one customer after the other: asks for each, and where he is let in reports Start and then Stop, each sent again every second until it is answered, as real ones do. On a loop of its own.
/// </summary>
sealed class SessionLoad : IDatagramReceiver, IDisposable
{
    const long AgainNs = MonotonicTime.Second;
    const int IdsPerPort = 256;

    readonly ThreadEventLoop _loop = new("session load", TimeProvider.System, static _ => { });
    readonly SharedSecret _secret;
    readonly PacketSecurity _security;
    readonly NetAddress _source;
    readonly NetAddress _authentication;
    readonly NetAddress _accounting;
    readonly AuthenticatorSource _authenticators = new(Randomness.Secure);
    readonly Dictionary<(IDatagramSocket Socket, byte Id), Request> _awaited = [];
    readonly Queue<(IDatagramSocket Socket, byte Id)> _free = new();
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    readonly Tick _tick;
    int _begun;
    int _perSecond;
    long _lastTickNs;
    double _due;

    public SessionLoad(NetAddress source, NetAddress authentication, NetAddress accounting, string secret)
    {
        (_source, _authentication, _accounting) = (source, authentication, accounting);
        _secret = new SharedSecret(Encoding.UTF8.GetBytes(secret));
        _security = PacketSecurity.By(_secret, MessageAuthenticatorRule.Always);
        _tick = new Tick(this);
        _loop.Post(() =>
        {
            _lastTickNs = _loop.NowNs;
            _loop.Timers.Arm(_tick, _loop.NowNs);
        });
    }

    /// <summary>Customers that were let in, by session; each with the octets that its Stop says.</summary>
    public Dictionary<string, uint> Stopped { get; } = [];

    public int Accepted { get; private set; }

    public int Rejected { get; private set; }

    /// <summary>When somebody was let in last, in the clock's time.</summary>
    public List<TimeSpan> AcceptedAt { get; } = [];

    /// <summary>Reports that are not acknowledged yet, and requests that are not answered.</summary>
    public int Awaited { get; private set; }

    /// <summary>Its clock.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_loop.NowNs / 100);

    /// <summary>So many customers come a second from now on.</summary>
    public void Begin(int perSecond) => _loop.Post(() => _perSecond = perSecond);

    /// <summary>Looks at it on its loop.</summary>
    public Task<T> AskAsync<T>(Func<SessionLoad, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() => answer.SetResult(question(this)));
        return answer.Task;
    }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RadiusPacket.TryParse(payload, out var packet, out _) || !_awaited.TryGetValue((socket, packet.Identifier), out var request)
            || _security.VerifyResponse(packet, request.Mark) != PacketError.None)
            return;
        _awaited.Remove((socket, packet.Identifier));
        _free.Enqueue((socket, packet.Identifier));
        Awaited--;
        switch (packet.Code)
        {
            case RadiusCode.AccessAccept:
                Accepted++;
                AcceptedAt.Add(TimeSpan.FromTicks(nowNs / 100));
                Account(request.Session, 1, nowNs);
                break;
            case RadiusCode.AccessReject:
                Rejected++;
                break;
            case RadiusCode.AccountingResponse when request.Status == 1:
                Account(request.Session, 2, nowNs);
                break;
            case RadiusCode.AccountingResponse:
                Stopped[request.Session] = OctetsOf(request.Session);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    static uint OctetsOf(string session) => 1_000 + (uint)int.Parse(session.AsSpan(session.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture);

    void OnTick(long nowNs)
    {
        _loop.Timers.Arm(_tick, nowNs + (10 * MonotonicTime.Millisecond));
        _due += _perSecond * (nowNs - _lastTickNs) / (double)MonotonicTime.Second;
        _lastTickNs = nowNs;
        for (; _due >= 1; _due--)
            Access($"load-{_begun++}", nowNs);
        foreach (var ((socket, _), request) in _awaited)
        {
            if (nowNs - request.SentNs < AgainNs)
                continue;
            request.SentNs = nowNs;
            socket.Send(request.Packet, request.Status == 0 ? _authentication : _accounting);
        }
    }

    void Access(string session, long nowNs) => Send(session, 0, RadiusCode.AccessRequest, nowNs, (ref PacketWriter writer, in RequestMark mark) =>
    {
        Span<byte> hidden = stackalloc byte[UserPassword.MaxLength];
        writer.TryWrite(AttributeType.UserPassword, hidden[..UserPassword.Hide("s3cret"u8, _secret, mark.Authenticator, hidden)]);
    });

    void Account(string session, int status, long nowNs) => Send(session, status, RadiusCode.AccountingRequest, nowNs, (ref PacketWriter writer, in RequestMark _) =>
    {
        writer.TryWriteInteger(AttributeType.AcctStatusType, (uint)status);
        writer.TryWrite(AttributeType.AcctSessionId, Encoding.UTF8.GetBytes(session));
        if (status != 2)
            return;
        writer.TryWriteInteger(AttributeType.AcctSessionTime, 1);
        writer.TryWriteInteger(AttributeType.AcctInputOctets, OctetsOf(session));
    });

    void Send(string session, int status, RadiusCode code, long nowNs, Write write)
    {
        if (!_free.TryDequeue(out var place))
        {
            var socket = new SocketNetwork().OpenDatagram(_source, _loop, this);
            for (var id = 0; id < IdsPerPort; id++)
                _free.Enqueue((socket, (byte)id));
            place = _free.Dequeue();
        }

        var mark = new RequestMark(code, place.Id, _authenticators.Next());
        var writer = _security.BeginRequest(_buffer, mark);
        writer.TryWrite(AttributeType.UserName, "alice@liberty.example"u8);
        writer.TryWrite(AttributeType.NasIdentifier, "load"u8);
        writer.TryWrite(AttributeType.CallingStationId, Encoding.UTF8.GetBytes(session));
        write(ref writer, mark);
        var packet = _buffer.AsSpan(0, _security.SignRequest(ref writer)).ToArray();
        Awaited++;
        _awaited[place] = new Request(session, status, packet, mark with { Authenticator = RequestAuthenticator.Read(packet.AsSpan(4)) }) { SentNs = nowNs };
        place.Socket.Send(packet, status == 0 ? _authentication : _accounting);
    }

    delegate void Write(ref PacketWriter writer, in RequestMark mark);

    sealed class Tick(SessionLoad load) : TimerNode
    {
        protected override void Fire(long nowNs) => load.OnTick(nowNs);
    }

    sealed class Request(string session, int status, byte[] packet, RequestMark mark)
    {
        public string Session => session;

        public int Status => status;

        public byte[] Packet => packet;

        public RequestMark Mark => mark;

        public long SentNs { get; set; }
    }
}
