using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// A home server: lets in whose password is <see cref="Password"/>, after as many challenges as the user's name says ("eap3-…" after three), and remembers what it was told. A State of another
/// server's it knows nothing of, and rejects.
/// </summary>
sealed class SimulatedHomeServer : IDatagramReceiver
{
    public const string Password = "s3cret";

    readonly PacketSecurity _security;
    readonly SharedSecret _secret;
    readonly DuplicateTable _asked = new(new DuplicateTableOptions());
    readonly IDatagramSocket _accounting;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    readonly string _name;
    readonly VirtualHost _host;
    readonly VirtualEventLoop _loop;

    public SimulatedHomeServer(SimulatedWorld world, string address, string secret)
    {
        var host = _host = world.Virtual.Network.AddHost(address);
        var loop = _loop = world.Virtual.CreateLoop(address);
        _name = address;
        _security = PacketSecurity.By(_secret = new SharedSecret(Encoding.UTF8.GetBytes(secret)), MessageAuthenticatorRule.Always);
        host.OpenDatagram(NetAddress.Parse(address).WithPort(1_812), loop, this);
        _accounting = host.OpenDatagram(NetAddress.Parse(address).WithPort(1_813), loop, this);
    }

    /// <summary>True when it hears nothing.</summary>
    public bool IsDown { get; set; }

    /// <summary>Users whose requests it never answers.</summary>
    public Func<string, bool> IsSilentFor { get; set; } = static _ => false;

    /// <summary>What else is in its Access-Accepts.</summary>
    public WriteAttributes? More { get; set; }

    /// <summary>Whom it was asked for, each request once.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The Operator-Names that it saw.</summary>
    public SortedSet<string> Operators { get; } = new(StringComparer.Ordinal);

    /// <summary>Sessions that it was told of, as often as it was.</summary>
    public List<string> Sessions { get; } = [];

    /// <summary>Whether it was asked if it is there.</summary>
    public int Probes { get; private set; }

    /// <summary>What it puts into an Access-Accept besides.</summary>
    public WriteAttributes? Gives { get; set; }

    /// <summary>Hears each request that it could verify, as often as it came.</summary>
    public Action<byte[]>? Heard { get; set; }

    /// <summary>What it could not read or verify.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Asks an exchange to end a session of its customer's, or to change it.</summary>
    public DynamicAttempt Dynamic(NetAddress exchange, RadiusCode code, string session, WriteAttributes? more = null)
    {
        var attempt = new DynamicAttempt(_security, code);
        var writer = _security.BeginRequest(_buffer, new RequestMark(code, 7, default));
        writer.TryWrite(AttributeType.AcctSessionId, Encoding.UTF8.GetBytes(session));
        writer.TryWrite(AttributeType.NasIdentifier, "ap-1"u8);
        writer.TryWriteInteger(AttributeType.SessionTimeout, 60);
        more?.Invoke(ref writer);
        var packet = _buffer.AsSpan(0, _security.SignRequest(ref writer));
        attempt.Mark = new RequestMark(code, 7, RequestAuthenticator.Read(packet[4..]));
        _host.OpenDatagram(_host.Addresses[0], _loop, attempt).Send(packet, exchange);
        return attempt;
    }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (IsDown)
            return;
        var error = RadiusPacket.TryParse(payload, out var packet, out var broken) ? _security.VerifyRequest(packet) : broken;
        if (error != PacketError.None)
        {
            Faults.Add($"{_name}: {error} from {from}");
            return;
        }

        Heard?.Invoke(packet.Bytes.ToArray());
        var user = packet.TryFind(AttributeType.UserName, out var name) ? Encoding.UTF8.GetString(name.Value) : "";
        if (IsSilentFor(user))
            return;
        var mark = _security.MarkOf(packet);
        // Of the two ports one after the other, as the same source asks each of its own.
        switch (_asked.Take(from, mark, nowNs, out var known))
        {
            case Arrival.Answered:
                socket.Send(known, from);
                return;
            case Arrival.New:
                break;
            default:
                return;
        }

        var length = socket == _accounting ? Account(packet, mark) : Access(packet, mark, user);
        _asked.Answer(from, mark, _buffer.AsSpan(0, length), nowNs);
        socket.Send(_buffer.AsSpan(0, length), from);
    }

    int Account(in RadiusPacket packet, in RequestMark mark)
    {
        if (packet.TryFind(AttributeType.AcctSessionId, out var session))
            Sessions.Add(Encoding.UTF8.GetString(session.Value));
        else
            Probes++;
        return End(packet, _security.BeginResponse(_buffer, RadiusCode.AccountingResponse, mark));
    }

    int Access(in RadiusPacket packet, in RequestMark mark, string user)
    {
        if (packet.Code == RadiusCode.StatusServer)
        {
            Probes++;
            return End(packet, _security.BeginResponse(_buffer, RadiusCode.AccessAccept, mark));
        }

        Asked.Add(user);
        if (packet.TryFind(AttributeType.OperatorName, out var visited))
            Operators.Add(Encoding.UTF8.GetString(visited.Value));
        var rounds = user.StartsWith("eap", StringComparison.Ordinal) ? user[3] - '0' : 0;
        var round = 0;
        var isRight = true;
        if (packet.TryFind(AttributeType.State, out var state))
        {
            var parts = Encoding.UTF8.GetString(state.Value).Split('|');
            isRight = parts[0] == _name && parts[1] == user;
            round = int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        }
        else
        {
            isRight = Reveal(packet, mark) == Password;
        }

        var code = !isRight ? RadiusCode.AccessReject : round < rounds ? RadiusCode.AccessChallenge : RadiusCode.AccessAccept;
        var writer = _security.BeginResponse(_buffer, code, mark);
        if (code == RadiusCode.AccessChallenge)
            writer.TryWrite(AttributeType.State, Encoding.UTF8.GetBytes($"{_name}|{user}|{round + 1}"));
        if (code == RadiusCode.AccessAccept)
            Gives?.Invoke(ref writer);
        writer.TryWrite(AttributeType.ReplyMessage, Encoding.UTF8.GetBytes($"{code} {user} by its home"));
        if (code == RadiusCode.AccessAccept)
            More?.Invoke(ref writer);
        return End(packet, writer);
    }

    string Reveal(in RadiusPacket packet, in RequestMark mark)
    {
        Span<byte> plain = stackalloc byte[UserPassword.MaxLength];
        return packet.TryFind(AttributeType.UserPassword, out var hidden) && UserPassword.TryReveal(hidden.Value, _secret, mark.Authenticator, plain)
            ? Encoding.UTF8.GetString(UserPassword.WithoutPadding(plain[..hidden.Value.Length])) : "";
    }

    int End(in RadiusPacket request, PacketWriter writer)
    {
        ProxyStates.TryCopyAll(request, ref writer);
        return _security.SignResponse(ref writer);
    }
}

/// <summary>One request for the end or the change of a session, and what came of it.</summary>
sealed class DynamicAttempt(PacketSecurity security, RadiusCode asks) : IDatagramReceiver
{
    public RadiusCode Asks => asks;

    public RequestMark Mark { get; set; }

    /// <summary>What was answered; <see cref="RadiusCode.None"/> for nothing yet.</summary>
    public RadiusCode Code { get; private set; }

    /// <summary>Error-Cause; 0 without.</summary>
    public uint Cause { get; private set; }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RadiusPacket.TryParse(payload, out var packet, out _) || security.VerifyResponse(packet, Mark) != PacketError.None)
            return;
        Code = packet.Code;
        Cause = packet.TryFindInteger(AttributeType.ErrorCause, out var cause) ? cause : 0;
    }
}
