using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>One side of a hop that a packet is carried over: how its packets are protected, and by which request authenticator values are hidden there.</summary>
/// <param name="Security">Of the neighbour.</param>
/// <param name="Authenticator">
/// Of the request as it stands on this side; for a request whose authenticator is a digest, zeros: what it would be taken over holds the hidden value itself.
/// </param>
public readonly record struct HopSide(PacketSecurity Security, RequestAuthenticator Authenticator)
{
    /// <summary>The side on which a request has this mark.</summary>
    public static HopSide Of(PacketSecurity security, in RequestMark request) =>
        new(security, request.Code.HasDigestAuthenticator() ? default : request.Authenticator);
}
