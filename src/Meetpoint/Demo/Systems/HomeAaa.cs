using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Demo.Systems;

/// <summary>Stands in for a provider's home server: lets its customers in by their password, and hears what they used.</summary>
sealed class HomeAaa : IDatagramReceiver, IDisposable
{
    readonly ThreadEventLoop _loop;
    readonly PacketSecurity _security;
    readonly SharedSecret _secret;
    readonly string _password;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];

    /// <param name="listen">Where it is asked; accounting one port up.</param>
    /// <param name="secret">What it shares with the exchange.</param>
    /// <param name="password">Of its customers.</param>
    public HomeAaa(NetAddress listen, string secret, string password)
    {
        _secret = new SharedSecret(Encoding.UTF8.GetBytes(secret));
        _security = PacketSecurity.By(_secret, MessageAuthenticatorRule.Always);
        _password = password;
        _loop = new ThreadEventLoop($"home {listen}", TimeProvider.System, static _ => { });
        foreach (var port in (ReadOnlySpan<int>)[listen.Port, listen.Port + 1])
            new SocketNetwork().OpenDatagram(listen.WithPort(port), _loop, this);
    }

    /// <summary>Reports that it heard.</summary>
    public int Reports => Volatile.Read(ref _reports);

    int _reports;

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RadiusPacket.TryParse(payload, out var packet, out _) || _security.VerifyRequest(packet) != PacketError.None)
            return;
        var mark = _security.MarkOf(packet);
        var code = packet.Code switch
        {
            RadiusCode.AccountingRequest => RadiusCode.AccountingResponse,
            RadiusCode.StatusServer => RadiusCode.AccessAccept,
            _ => IsRight(packet, mark) ? RadiusCode.AccessAccept : RadiusCode.AccessReject,
        };
        if (packet.Code == RadiusCode.AccountingRequest)
            Interlocked.Increment(ref _reports);
        var writer = _security.BeginResponse(_buffer, code, mark);
        if (packet.Code == RadiusCode.AccessRequest && code == RadiusCode.AccessAccept)
            writer.TryWriteInteger(AttributeType.SessionTimeout, 3_600);
        ProxyStates.TryCopyAll(packet, ref writer);
        socket.Send(_buffer.AsSpan(0, _security.SignResponse(ref writer)), from);
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    bool IsRight(in RadiusPacket packet, in RequestMark mark)
    {
        Span<byte> plain = stackalloc byte[UserPassword.MaxLength];
        return packet.TryFind(AttributeType.UserPassword, out var hidden) && UserPassword.TryReveal(hidden.Value, _secret, mark.Authenticator, plain)
            && UserPassword.WithoutPadding(plain[..hidden.Value.Length]).SequenceEqual(Encoding.UTF8.GetBytes(_password));
    }
}
