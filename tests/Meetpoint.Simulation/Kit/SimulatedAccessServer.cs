using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Simulation.Kit;

/// <summary>Writes the attributes of a packet.</summary>
delegate void WriteAttributes(ref PacketWriter writer);

/// <summary>An access server: asks, asks again while nothing comes, and goes on with conversations as their servers want.</summary>
sealed class SimulatedAccessServer : IDatagramReceiver
{
    const int IdsPerPort = 256;

    readonly SimulatedWorld _world;
    readonly VirtualHost _host;
    readonly VirtualEventLoop _loop;
    readonly PacketSecurity _security;
    readonly Dictionary<IDatagramSocket, AccessAttempt?[]> _ports = [];
    readonly AuthenticatorSource _authenticators;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    IDatagramSocket? _socket;
    int _nextId = IdsPerPort;

    public SimulatedAccessServer(SimulatedWorld world, string address, string secret)
    {
        _world = world;
        _host = world.Virtual.Network.AddHost(address);
        _loop = world.Virtual.CreateLoop(address);
        _security = PacketSecurity.By(Secret = new SharedSecret(Encoding.UTF8.GetBytes(secret)), MessageAuthenticatorRule.Always);
        _authenticators = new AuthenticatorSource(new SeededRandomness(world.Seed ^ address.GetHashCode(StringComparison.Ordinal)));
    }

    public SharedSecret Secret { get; }

    public VirtualHost Host => _host;

    /// <summary>From one time that a request is sent to the next.</summary>
    public long AgainNs { get; init; } = 1_500 * MonotonicTime.Millisecond;

    /// <summary>How often a request is sent.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Answers that are none: forged, or of another secret.</summary>
    public int Wrong { get; private set; }

    /// <summary>Asks whether somebody may in; a challenge is answered with the same attributes and its State.</summary>
    public AccessAttempt Access(NetAddress hub, string user, string password, WriteAttributes? more = null) => Send(new AccessAttempt(hub, RadiusCode.AccessRequest, user), (ref PacketWriter writer, RequestAuthenticator authenticator) =>
    {
        writer.TryWrite(AttributeType.UserName, Encoding.UTF8.GetBytes(user));
        Span<byte> hidden = stackalloc byte[UserPassword.MaxLength];
        writer.TryWrite(AttributeType.UserPassword, hidden[..UserPassword.Hide(Encoding.UTF8.GetBytes(password), Secret, authenticator, hidden)]);
        more?.Invoke(ref writer);
    });

    /// <summary>Tells of a session; asked again for as long as it takes.</summary>
    /// <param name="hub">Whom.</param>
    /// <param name="user">Of whom.</param>
    /// <param name="session">Its Acct-Session-Id.</param>
    /// <param name="more">What else is told.</param>
    /// <param name="status">Acct-Status-Type.</param>
    public AccessAttempt Account(NetAddress hub, string user, string session, WriteAttributes? more = null, uint status = 1) => Send(
        new AccessAttempt(hub, RadiusCode.AccountingRequest, user) { Tries = int.MaxValue }, (ref PacketWriter writer, RequestAuthenticator _) =>
        {
            writer.TryWrite(AttributeType.UserName, Encoding.UTF8.GetBytes(user));
            writer.TryWriteInteger(AttributeType.AcctStatusType, status);
            writer.TryWrite(AttributeType.AcctSessionId, Encoding.UTF8.GetBytes(session));
            writer.TryWrite(AttributeType.NasIdentifier, "ap-1"u8);
            more?.Invoke(ref writer);
        });

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RadiusPacket.TryParse(payload, out var packet, out _) || _ports[socket][packet.Identifier] is not { } attempt || _security.VerifyResponse(packet, attempt.Mark) != PacketError.None)
        {
            Wrong++;
            return;
        }

        if (attempt.Code != RadiusCode.None && attempt.Code != RadiusCode.AccessChallenge)
        {
            if (attempt.Code != packet.Code)
                Wrong++; // the same request, answered otherwise
            return;
        }

        if (attempt.Code == RadiusCode.AccessChallenge)
            return; // again, while the next is under way
        attempt.Answer = packet.Bytes.ToArray();
        attempt.Code = packet.Code;
        if (packet.Code == RadiusCode.AccessChallenge && packet.TryFind(AttributeType.State, out var state))
        {
            var next = state.Value.ToArray();
            attempt.Next = Send(new AccessAttempt(attempt.Hub, RadiusCode.AccessRequest, attempt.User), (ref PacketWriter writer, RequestAuthenticator _) =>
            {
                writer.TryWrite(AttributeType.UserName, Encoding.UTF8.GetBytes(attempt.User));
                writer.TryWrite(AttributeType.State, next);
            });
        }
    }

    AccessAttempt Send(AccessAttempt attempt, Write write)
    {
        if (_nextId == IdsPerPort)
        {
            _socket = _host.OpenDatagram(_host.Addresses[0], _loop, this);
            _ports[_socket] = new AccessAttempt?[IdsPerPort];
            _nextId = 0;
        }

        var socket = _socket!;
        var mark = new RequestMark(attempt.Asks, (uint)_nextId, _authenticators.Next());
        _ports[socket][_nextId++] = attempt;
        var writer = _security.BeginRequest(_buffer, mark);
        write(ref writer, mark.Authenticator);
        attempt.Packet = _buffer[.._security.SignRequest(ref writer)];
        Assert.NotEmpty(attempt.Packet);
        attempt.Mark = mark with { Authenticator = RequestAuthenticator.Read(attempt.Packet.AsSpan(4)) };
        SendAgain(socket, attempt, attempt.Tries == 0 ? Tries : attempt.Tries);
        return attempt;
    }

    void SendAgain(IDatagramSocket socket, AccessAttempt attempt, int left)
    {
        if (left == 0 || attempt.Code != RadiusCode.None)
            return;
        socket.Send(attempt.Packet, attempt.Hub);
        _world.Virtual.At(_world.Virtual.NowNs + AgainNs, () => SendAgain(socket, attempt, left - 1));
    }

    delegate void Write(ref PacketWriter writer, RequestAuthenticator authenticator);
}

/// <summary>One request, and what came of it.</summary>
/// <param name="hub">Whom it asks.</param>
/// <param name="asks">What it is.</param>
/// <param name="user">Whom it is about.</param>
sealed class AccessAttempt(NetAddress hub, RadiusCode asks, string user)
{
    public NetAddress Hub { get; } = hub;

    public RadiusCode Asks { get; } = asks;

    public string User { get; } = user;

    public int Tries { get; init; }

    public byte[] Packet { get; set; } = [];

    public RequestMark Mark { get; set; }

    /// <summary>What was answered; <see cref="RadiusCode.None"/> for nothing yet.</summary>
    public RadiusCode Code { get; set; }

    public byte[] Answer { get; set; } = [];

    /// <summary>What followed a challenge.</summary>
    public AccessAttempt? Next { get; set; }

    /// <summary>The last of a conversation.</summary>
    public AccessAttempt Last => Next?.Last ?? this;

    /// <summary>Reply-Message of the answer: who said it.</summary>
    public string Said => RadiusPacket.TryParse(Answer, out var packet, out _) && packet.TryFind(AttributeType.ReplyMessage, out var message) ? Encoding.UTF8.GetString(message.Value) : "";
}
