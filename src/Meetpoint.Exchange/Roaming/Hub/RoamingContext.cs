using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Realms;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>What the parts of the RADIUS hub share. On its loop.</summary>
sealed class RoamingContext
{
    RealmRoutes? _realms;

    public RoamingContext() => Watch = new RequestWatch(this);

    /// <summary>Operators who look at requests as they pass.</summary>
    public RequestWatch Watch { get; }

    public required INetwork Network { get; init; }

    /// <summary>The loop of the hub.</summary>
    public required IEventLoop Loop { get; init; }

    public required Admission Admission { get; init; }

    public required RefusalWriter Refusals { get; init; }

    public required IExchangeLog Log { get; init; }

    public required IClock Clock { get; init; }

    public required Store Store { get; init; }

    /// <summary>What is shown and believed over TLS; null where RADIUS is spoken over UDP alone.</summary>
    public RadiusTls? Tls { get; init; }

    /// <summary>What is reported of sessions goes there.</summary>
    public required RoamingSessions Sessions { get; init; }

    /// <summary>Of those that share the store.</summary>
    public required string Node { get; init; }

    public required AuthenticatorSource Authenticators { get; init; }

    /// <summary>Home servers that the DNS names.</summary>
    public required RealmDiscovery Discovery { get; init; }

    /// <summary>Our Proxy-State, by which a request that comes back is known: it says nothing to anybody else.</summary>
    public required byte[] OwnProxyState { get; init; }

    /// <summary>What crosses between providers.</summary>
    public required Crossings Crossings { get; init; }

    /// <summary>Whether agreements have room for further sessions.</summary>
    public required SessionRoom Room { get; init; }

    /// <summary>What is hidden, and hidden anew.</summary>
    public HiddenAttributes Hidden { get; } = RadiusDictionary.Standard.Hidden;

    /// <summary>The realms of the world in force.</summary>
    public RealmRoutes Realms
    {
        get
        {
            var world = Admission.World;
            return _realms is { } known && ReferenceEquals(known.World, world) ? known : _realms = RealmRoutes.Of(world);
        }
    }

    /// <summary>Of an exchange.</summary>
    public static byte[] ProxyStateOf(string exchange) => [.. "mp:"u8, .. SHA256.HashData(Encoding.UTF8.GetBytes(exchange)).AsSpan(0, 8)];

    /// <summary>Where a request of a client leads, and at whose hotspot its user is; or why it leads nowhere.</summary>
    public RefusalReason Locate(RadiusClient client, in RadiusPacket packet, out RealmRoute? route, out string? origin)
    {
        (route, origin) = (null, null);
        if (!packet.TryFind(AttributeType.UserName, out var name) || !NetworkAccessId.TryParse(name.Value, out var id, out _) || !id.HasRealm)
            return RefusalReason.NoRoute;
        route = Realms.Find(id.Realm);
        if (route is null)
            return RefusalReason.NoRoute;
        if (HasBeenHere(packet))
            return RefusalReason.Loop;
        origin = client.OperatorOf(packet);
        return origin is null ? RefusalReason.OriginNotAllowed : RefusalReason.None;
    }

    /// <summary>Whom a request is about, without who it is; for logs.</summary>
    public static string RealmIn(in RadiusPacket packet) =>
        !packet.TryFind(AttributeType.UserName, out var name) ? "nobody" : NetworkAccessId.TryParse(name.Value, out var id, out var error) ? $"@{Encoding.UTF8.GetString(id.Realm)}" : error.ToString();

    /// <summary>Tells of an identity that did not cross as it should (RFC 4372).</summary>
    public void NoteIdentity(string neighbour, CuiFate fate)
    {
        if (fate is CuiFate.Foreign or CuiFate.LeftOut)
            Log.RadiusNoted(neighbour, fate == CuiFate.Foreign ? "a Chargeable-User-Identity that was never given out: it goes on as it came" : "a Chargeable-User-Identity too long for a pseudonym: it is left out");
    }

    /// <summary>True for a request that has our own Proxy-State: it has come back.</summary>
    public bool HasBeenHere(in RadiusPacket packet)
    {
        if (!packet.HasProxyState)
            return false;
        foreach (var attribute in packet.Attributes)
        {
            if (attribute.Type == AttributeType.ProxyState && attribute.Value.SequenceEqual(OwnProxyState))
                return true;
        }

        return false;
    }
}
