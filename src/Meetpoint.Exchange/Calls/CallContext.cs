using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Media.Engine;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>What the relay of calls works with. Everything is used on the signalling loop.</summary>
sealed class CallContext
{
    public required IEventLoop Loop { get; init; }

    public required SipUserAgent Ua { get; init; }

    public required Admission Admission { get; init; }

    public required SipBorder Border { get; init; }

    public required SipFront Front { get; init; }

    public required RefusalWriter Refusals { get; init; }

    public required GrantBook Grants { get; init; }

    public required EventLog Events { get; init; }

    public required RegistrationBook Registrations { get; init; }

    public required EnumRoutes Enum { get; init; }

    public required IExchangeLog Log { get; init; }

    public required RouteTokens Routes { get; init; }

    public required MediaEngine Media { get; init; }

    public required Randomness Randomness { get; init; }

    public required Store Store { get; init; }

    /// <summary>Name of the node whose calls these are.</summary>
    public required string Node { get; init; }

    public required Ids Ids { get; init; }

    public required SipTokens Tokens { get; init; }

    public required IClock Clock { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>When a leg is poor.</summary>
    public required QualityOptions Quality { get; init; }

    /// <summary>The legs that are.</summary>
    public required QualityAlarms Alarms { get; init; }

    /// <summary>Keys of ours for media.</summary>
    public MediaKeySource MediaKeys => field ??= new MediaKeySource(Randomness, Clock);

    /// <summary>Agrees on new ones after a restart.</summary>
    public KeyRenewal Renewals => field ??= new KeyRenewal(this);

    /// <summary>Set once the listeners are open.</summary>
    public OwnAddresses Own { get; set; } = new("", []);

    /// <summary>The calls that are on.</summary>
    public CallTable Calls { get; } = new();

    /// <summary>How calls went.</summary>
    public CallStatistics Statistics { get; } = new();

    /// <summary>Counts them.</summary>
    public CallMeter Figures => field ??= new CallMeter(Statistics, Loop, Clock);

    /// <summary>What of them is durable.</summary>
    public CallLedger Ledger => field ??= new CallLedger(this);

    /// <summary>Ends them from here.</summary>
    public CallEnding Ending => field ??= new CallEnding(this);

    /// <summary>Which neighbours asked to be spared calls.</summary>
    public NeighbourThrottle Throttle { get; } = new();

    /// <summary>Who of the neighbours does not answer.</summary>
    public NeighbourHealth Health => field ??= new NeighbourHealth(this);

    /// <summary>Asks for leave.</summary>
    public CallAdmission Admissions => field ??= new CallAdmission(this);

    /// <summary>What joins them.</summary>
    public AddedMedia AddedMedia => field ??= new AddedMedia(this);

    /// <summary>Where they are sent on to.</summary>
    public Transfers Transfers => field ??= new Transfers(this);

    /// <summary>Of requests that are not answered yet.</summary>
    public CallerIdentities Identities { get; } = new();

    /// <summary>The endpoints of the world in force.</summary>
    public EndpointIndex Endpoints => field is { } known && ReferenceEquals(known.World, Admission.World) ? known : field = new EndpointIndex(Admission.World);

    /// <summary>Those of them that end here on both sides.</summary>
    public AnchoredCalls Anchored { get; } = new();

    /// <summary>Set once, with the relay itself.</summary>
    public SipRelay Relay { get; set; } = null!;

    /// <summary>Writes to the store; what follows runs on the loop, never within this call.</summary>
    public void Write(Action<StoreTransaction> work, Action done, Action<Exception> failed) => Store.Write<bool>(
        transaction =>
        {
            work(transaction);
            return true;
        },
        _ => Loop.Post(done),
        fault => Loop.Post(() => failed(fault)));
}
