using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Demo.Systems;

/// <summary>What a session carried, as an access point reports it.</summary>
/// <param name="Seconds">How long it has lasted.</param>
/// <param name="BytesIn">From the device.</param>
/// <param name="BytesOut">To the device.</param>
readonly record struct ReportedUse(uint Seconds, uint BytesIn, uint BytesOut);

/// <summary>Stands in for the access point of a hotspot, which there is no radio for: asks for a device over RADIUS, as one would, and reports what its session carried.</summary>
/// <param name="source">Where it sends from.</param>
/// <param name="exchange">Whom it asks; accounting one port up.</param>
/// <param name="secret">What both share.</param>
/// <param name="name">Its NAS-Identifier.</param>
/// <param name="location">The hotspot's location id.</param>
sealed class AccessPoint(NetAddress source, NetAddress exchange, string secret, string name, string location) : IDatagramReceiver, IDisposable
{
    const byte LocationId = 1;
    const int WisprVendor = 14_122;

    readonly ThreadEventLoop _loop = new(name, TimeProvider.System, static _ => { });
    readonly PacketSecurity _security = PacketSecurity.By(new SharedSecret(Encoding.UTF8.GetBytes(secret)), MessageAuthenticatorRule.Always);
    readonly SharedSecret _secret = new(Encoding.UTF8.GetBytes(secret));
    readonly AuthenticatorSource _authenticators = new(Randomness.Secure);
    readonly Dictionary<byte, (RequestMark Mark, TaskCompletionSource<RadiusCode> Answer)> _asked = [];
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    IDatagramSocket? _socket;
    byte _next;

    delegate void Attributes(ref PacketWriter writer, in RequestMark mark);

    /// <summary>Asks whether a device may on line.</summary>
    public Task<RadiusCode> AccessAsync(string user, string password, string device) => AskAsync(RadiusCode.AccessRequest, exchange, (ref PacketWriter writer, in RequestMark mark) =>
    {
        Span<byte> hidden = stackalloc byte[UserPassword.MaxLength];
        writer.TryWrite(AttributeType.UserName, Encoding.UTF8.GetBytes(user));
        writer.TryWrite(AttributeType.UserPassword, hidden[..UserPassword.Hide(Encoding.UTF8.GetBytes(password), _secret, mark.Authenticator, hidden)]);
        Describe(ref writer, device);
    });

    /// <summary>Reports on a session.</summary>
    /// <param name="status">1 begins it, 3 is in between, 2 ends it.</param>
    /// <param name="session">Acct-Session-Id.</param>
    /// <param name="user">Whose.</param>
    /// <param name="device">Address of the device.</param>
    /// <param name="use">What it carried so far.</param>
    public Task<RadiusCode> AccountAsync(uint status, string session, string user, string device, ReportedUse use) =>
        AskAsync(RadiusCode.AccountingRequest, exchange.WithPort(exchange.Port + 1), (ref PacketWriter writer, in RequestMark _) =>
        {
            writer.TryWrite(AttributeType.UserName, Encoding.UTF8.GetBytes(user));
            writer.TryWriteInteger(AttributeType.AcctStatusType, status);
            writer.TryWrite(AttributeType.AcctSessionId, Encoding.UTF8.GetBytes(session));
            if (status != 1)
            {
                writer.TryWriteInteger(AttributeType.AcctSessionTime, use.Seconds);
                writer.TryWriteInteger(AttributeType.AcctInputOctets, use.BytesIn);
                writer.TryWriteInteger(AttributeType.AcctOutputOctets, use.BytesOut);
            }

            Describe(ref writer, device);
        });

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (RadiusPacket.TryParse(payload, out var packet, out _) && _asked.TryGetValue(packet.Identifier, out var asked)
            && _security.VerifyResponse(packet, asked.Mark) == PacketError.None && _asked.Remove(packet.Identifier))
            asked.Answer.TrySetResult(packet.Code);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Post(() => _socket?.Dispose());
        _loop.Dispose();
    }

    void Describe(ref PacketWriter writer, string device)
    {
        writer.TryWrite(AttributeType.NasIdentifier, Encoding.UTF8.GetBytes(name));
        writer.TryWrite(AttributeType.CallingStationId, Encoding.UTF8.GetBytes(device));
        var id = Encoding.UTF8.GetBytes(location);
        writer.TryWrite(AttributeType.VendorSpecific, [0, 0, WisprVendor >> 8, WisprVendor & 0xFF, LocationId, (byte)(2 + id.Length), .. id]);
    }

    Task<RadiusCode> AskAsync(RadiusCode code, NetAddress whom, Attributes write)
    {
        var answer = new TaskCompletionSource<RadiusCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            _socket ??= new SocketNetwork().OpenDatagram(source, _loop, this);
            var mark = new RequestMark(code, _next++, _authenticators.Next());
            var writer = _security.BeginRequest(_buffer, mark);
            write(ref writer, mark);
            var packet = _buffer.AsSpan(0, _security.SignRequest(ref writer));
            _asked[(byte)mark.Id] = (mark with { Authenticator = RequestAuthenticator.Read(packet[4..]) }, answer);
            _socket.Send(packet, whom);
        });
        return answer.Task;
    }
}
