using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Dynamic;

/// <summary>A Disconnect- or CoA-Request on its way to an access server: a home's, or our own.</summary>
/// <param name="Code">Which of the two.</param>
/// <param name="Packet">The request as RADIUS/1.1 has it (RFC 9765): nothing in it is hidden by anybody's secret.</param>
/// <param name="Session">Of which session.</param>
/// <param name="Inbound">Who asks; null for our own.</param>
/// <param name="Done">Hears what became of our own.</param>
/// <param name="Watched">Who hears each step; null while nobody watches.</param>
sealed record DynamicRequest(RadiusCode Code, byte[] Packet, ReportedSession Session, InboundRequest? Inbound, Action<DynamicOutcome>? Done, WatchedRequest? Watched);
