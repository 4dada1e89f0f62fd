using System.Collections;
using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>The home server, on a thread of its own: verifies every request and its password, gives back Proxy-State, and counts what comes.</summary>
sealed class RadiusHome : IDatagramReceiver, IDisposable
{
    static readonly SharedSecret _secret = new(Encoding.ASCII.GetBytes(RadiusPlan.HomeSecret));
    static readonly PacketSecurity _security = PacketSecurity.By(_secret, MessageAuthenticatorRule.Always);
    static readonly byte[] _password = Encoding.ASCII.GetBytes(RadiusPlan.Password);

    readonly ThreadEventLoop _loop;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    readonly byte[] _revealed = new byte[UserPassword.MaxLength];
    BitArray _seen = new(0);
    long _first;
    int _heard;
    volatile string? _failure;

    public RadiusHome()
    {
        _loop = new ThreadEventLoop("home", TimeProvider.System, static exception => Environment.FailFast("the loop threw", exception));
        var network = new SocketNetwork();
        network.OpenDatagram(RadiusPlan.At(RadiusPlan.Home, isAccounting: false), _loop, this);
        network.OpenDatagram(RadiusPlan.At(RadiusPlan.Home, isAccounting: true), _loop, this);
    }

    /// <summary>Requests of the window that came at least once.</summary>
    public int Heard => Volatile.Read(ref _heard);

    /// <summary>What was wrong with one that came; null while nothing was.</summary>
    public string? Failure => _failure;

    /// <summary>Another window begins.</summary>
    /// <param name="first">Number of its first request.</param>
    /// <param name="count">Of its requests.</param>
    public void Begin(long first, int count) => _loop.Post(() =>
    {
        (_first, _seen) = (first, new BitArray(count));
        Volatile.Write(ref _heard, 0);
    });

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        var error = RadiusPacket.TryParse(payload, out var request, out var broken) ? _security.VerifyRequest(request) : broken;
        if (error != PacketError.None)
        {
            _failure ??= $"the home is sent a bad {request.Code}: {error}";
            return;
        }

        var mark = _security.MarkOf(request);
        var code = request.Code == RadiusCode.AccountingRequest ? RadiusCode.AccountingResponse : HasPassword(request, mark) ? RadiusCode.AccessAccept : RadiusCode.AccessReject;
        var writer = _security.BeginResponse(_buffer, code, mark);
        ProxyStates.TryCopyAll(request, ref writer);
        socket.Send(_buffer.AsSpan(0, _security.SignResponse(ref writer)), from);
        if (!LoadRequest.TryReadNumber(request, out var number) || number < _first || number - _first >= _seen.Count || _seen[(int)(number - _first)])
            return;
        _seen[(int)(number - _first)] = true;
        Volatile.Write(ref _heard, _heard + 1);
    }

    public void Dispose() => _loop.Dispose();

    bool HasPassword(in RadiusPacket request, in RequestMark mark) =>
        request.TryFind(AttributeType.UserPassword, out var hidden) && UserPassword.TryReveal(hidden.Value, _secret, mark.Authenticator, _revealed)
        && UserPassword.WithoutPadding(_revealed.AsSpan(0, hidden.Value.Length)).SequenceEqual(_password);
}
