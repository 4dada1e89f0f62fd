using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Tests.Support;

/// <summary>A client and a home server on both sides of a proxy, each with a secret of its own, or RADIUS/1.1.</summary>
sealed class Hops(bool clientIs11 = false, bool serverIs11 = false)
{
    readonly AuthenticatorSource _authenticators = new(new SeededRandomness(1));

    internal PacketSecurity Client { get; } = clientIs11 ? PacketSecurity.Version11 : PacketSecurity.By(new SharedSecret("testing123"u8), MessageAuthenticatorRule.Always);

    internal PacketSecurity Server { get; } = serverIs11 ? PacketSecurity.Version11 : PacketSecurity.By(new SharedSecret("homesecret"u8), MessageAuthenticatorRule.Always);

    /// <summary>A mark of a request that is about to be written.</summary>
    internal RequestMark NewMark(PacketSecurity security, RadiusCode code, uint id) => new(code, id, security.IsVersion11 ? default : _authenticators.Next());

    /// <summary>Carries a request on; the packet on the other side and its mark there.</summary>
    internal (byte[] Packet, RequestMark Mark) Forward(ReadOnlySpan<byte> request, uint id, AttributeSet dropped = default)
    {
        Parse(request, out var packet);
        var mark = NewMark(Server, packet.Code, id);
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = Server.BeginRequest(buffer, mark);
        if (!ForwardedPacket.TryCopy(packet, HopSide.Of(Client, Client.MarkOf(packet)), HopSide.Of(Server, mark), ref writer, HiddenAttributes.Standard, ref dropped))
            return ([], mark);
        var bytes = buffer[..Server.SignRequest(ref writer)];
        Parse(bytes, out var written);
        return (bytes, Server.MarkOf(written)); // a digest is known only now
    }

    /// <summary>Carries an answer back.</summary>
    internal byte[] Return(ReadOnlySpan<byte> response, in RequestMark server, in RequestMark client)
    {
        Parse(response, out var packet);
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = Client.BeginResponse(buffer, packet.Code, client);
        var filter = default(AttributeSet);
        return ForwardedPacket.TryCopy(packet, HopSide.Of(Server, server), HopSide.Of(Client, client), ref writer, HiddenAttributes.Standard, ref filter)
            ? buffer[..Client.SignResponse(ref writer)] : [];
    }

    internal static void Parse(ReadOnlySpan<byte> bytes, out RadiusPacket packet)
    {
        if (!RadiusPacket.TryParse(bytes, out packet, out var error))
            throw new InvalidOperationException($"{error}: {Convert.ToHexString(bytes)}");
    }

    /// <summary>The attributes of a packet, each as its octets in hexadecimal; without Message-Authenticator.</summary>
    internal static string[] Attributes(ReadOnlySpan<byte> bytes)
    {
        Parse(bytes, out var packet);
        var all = new List<string>();
        foreach (var attribute in packet.Attributes)
        {
            if (attribute.Type != AttributeType.MessageAuthenticator)
                all.Add(Convert.ToHexString(attribute.Bytes));
        }

        return [.. all];
    }
}
