using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Simulation.Kit;

/// <summary>An access server's other half: it ends the sessions that it knows, and refuses for the others (RFC 5176).</summary>
sealed class SimulatedDynamicServer : IDatagramReceiver
{
    readonly PacketSecurity _security;
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];

    public SimulatedDynamicServer(SimulatedWorld world, SimulatedAccessServer access)
    {
        _security = PacketSecurity.By(access.Secret, MessageAuthenticatorRule.WherePresent);
        var address = access.Host.Addresses[0];
        access.Host.OpenDatagram(address.WithPort(3_799), world.Virtual.CreateLoop($"{address} dynamic"), this);
    }

    /// <summary>Sessions that it knows, by Acct-Session-Id; what is ended is taken out.</summary>
    public HashSet<string> Sessions { get; } = [];

    /// <summary>What it was asked: code and session, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Hears each request that it could verify.</summary>
    public Action<byte[]>? Heard { get; set; }

    /// <summary>True when it hears nothing.</summary>
    public bool IsDown { get; set; }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (IsDown || !RadiusPacket.TryParse(payload, out var packet, out _) || _security.VerifyRequest(packet) != PacketError.None)
            return;
        var session = packet.TryFind(AttributeType.AcctSessionId, out var id) ? Encoding.UTF8.GetString(id.Value) : "";
        Heard?.Invoke(packet.Bytes.ToArray());
        Asked.Add($"{packet.Code} {session}");
        var isDisconnect = packet.Code == RadiusCode.DisconnectRequest;
        var isKnown = isDisconnect ? Sessions.Remove(session) : Sessions.Contains(session);
        var writer = _security.BeginResponse(
            _buffer, isDisconnect ? isKnown ? RadiusCode.DisconnectAck : RadiusCode.DisconnectNak : isKnown ? RadiusCode.CoaAck : RadiusCode.CoaNak, _security.MarkOf(packet));
        if (!isKnown)
            writer.TryWriteInteger(AttributeType.ErrorCause, 503);
        ProxyStates.TryCopyAll(packet, ref writer);
        socket.Send(_buffer.AsSpan(0, _security.SignResponse(ref writer)), from);
    }
}
