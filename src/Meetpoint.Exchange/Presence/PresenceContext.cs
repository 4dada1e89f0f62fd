using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>What presence works with. Everything is used on the signalling loop.</summary>
sealed class PresenceContext
{
    public required IEventLoop Loop { get; init; }

    public required SipUserAgent Ua { get; init; }

    public required Admission Admission { get; init; }

    public required SipBorder Border { get; init; }

    public required RefusalWriter Refusals { get; init; }

    public required RegistrationBook Registrations { get; init; }

    public required IExchangeLog Log { get; init; }

    public required Store Store { get; init; }

    /// <summary>Name of the node whose subscriptions these are.</summary>
    public required string Node { get; init; }

    public required IClock Clock { get; init; }

    public required TimeProvider Time { get; init; }

    public required SipTokens Tokens { get; init; }

    public required PresenceHub Hub { get; init; }

    /// <summary>Whose an address is, and where her states are had.</summary>
    public PresenceDirectory Directory => field ??= new PresenceDirectory(Admission);

    /// <summary>Who may see whom, and how much.</summary>
    public PresenceAdmission Policy => field ??= new PresenceAdmission(this);

    /// <summary>How fast neighbours are told and asked.</summary>
    public NeighbourPacers Pacers => field ??= new NeighbourPacers(Loop);

    public Instant Now => Clock.GetCurrentInstant();
}
