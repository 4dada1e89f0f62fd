using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Media.Engine;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What live meetings work with. Everything in Live/ runs on <see cref="Loop"/>.</summary>
sealed class LiveContext
{
    /// <summary>The signalling loop.</summary>
    public required IEventLoop Loop { get; init; }

    /// <summary>Our SIP.</summary>
    public required SipUserAgent Ua { get; init; }

    /// <summary>Our rooms' media.</summary>
    public required MediaEngine Media { get; init; }

    /// <summary>Where ports of calls are opened that are not media's.</summary>
    public required INetwork Network { get; init; }

    /// <summary>The waist.</summary>
    public required Admission Admission { get; init; }

    /// <summary>Lives of grants.</summary>
    public required GrantBook Grants { get; init; }

    /// <summary>Who is who.</summary>
    public required MeetingParties Parties { get; init; }

    /// <summary>Rooms that register.</summary>
    public required RegistrationBook Registrations { get; init; }

    /// <summary>Meetings as booked.</summary>
    public required MeetingService Booked { get; init; }

    /// <summary>Says refusals.</summary>
    public required RefusalWriter Refusals { get; init; }

    /// <summary>What happened.</summary>
    public required EventLog Events { get; init; }

    /// <summary>Tells the organiser's exchange who of ours is in its meeting.</summary>
    public required Attendance Attendance { get; init; }

    /// <summary>Locks, and what is asked of participants in other halves.</summary>
    public required Moderation Moderation { get; init; }

    /// <summary>Tells the other exchanges who is behind us while no cascade does: exchange, roster, whether it was taken.</summary>
    public required Func<string, RosterBody, Task<bool>> TellRoster { get; init; }

    /// <summary>What is recorded, and its files.</summary>
    public required RecordingBook Recordings { get; init; }

    /// <summary>What we saw of the other side's participants.</summary>
    public required Sightings Sightings { get; init; }

    /// <summary>Durable state.</summary>
    public required Store Store { get; init; }

    /// <summary>Makes ids.</summary>
    public required Ids Ids { get; init; }

    /// <summary>Wall time.</summary>
    public required IClock Clock { get; init; }

    /// <summary>Monotonic time, the same as the loops'.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Of the keys of SDES.</summary>
    public required Randomness Randomness { get; init; }

    /// <summary>Exchanges' certificates for the SIP between them.</summary>
    public required Func<string, SipRoute?> RouteToExchange { get; init; }

    /// <summary>The user part of the entry that asks for a code, and its number.</summary>
    public required MeetingAddresses Addresses { get; init; }

    /// <summary>What browsers are shown.</summary>
    public required BrowserCertificate Browsers { get; init; }

    /// <summary>When a leg is poor.</summary>
    public required QualityOptions Quality { get; init; }

    /// <summary>The legs that are.</summary>
    public required QualityAlarms Alarms { get; init; }

    /// <summary>Domain name of this exchange.</summary>
    public string Self => Parties.Self;

    /// <summary>Wall time of a monotonic time.</summary>
    public Instant WallOf(long ns) => Clock.GetCurrentInstant() - Duration.FromNanoseconds(Time.NowNs() - ns);

    /// <summary>Runs what follows from a task on the loop, never within this call.</summary>
    public void Then<T>(Task<T> task, Action<T> done, Action<Exception> failed) => _ = task.ContinueWith(
        ended => Loop.Post(() =>
        {
            if (ended.IsCompletedSuccessfully)
                done(ended.GetAwaiter().GetResult());
            else
                failed(ended.Exception?.InnerException ?? new OperationCanceledException());
        }),
        CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
