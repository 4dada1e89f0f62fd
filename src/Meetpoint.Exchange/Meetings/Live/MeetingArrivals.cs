using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Ice;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// How participants come to a meeting: by a call, with a browser, or since they are dialled; and what the waist says of them. What stands between each and the room is its own
/// (<see cref="Participant"/>).
/// </summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class MeetingArrivals(LiveMeeting meeting)
{
    readonly LiveContext _context = meeting.Context;
    uint _nextId = meeting.Half.FirstParticipantId + 1;

    /// <summary>Takes a call of a participant.</summary>
    /// <param name="call">Not answered yet, unless the entry desk did so.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="entered">The leg that it has at the entry desk already; null when it has none.</param>
    public void Arrive(IncomingCall call, SipCaller caller, EnteredLeg? entered = null)
    {
        if (New(caller, entered?.Leg) is { } participant)
        {
            participant.Arrive(call, entered);
        }
        else
        {
            entered?.Drop();
            _context.Refusals.RejectOrEnd(call, meeting.RefusalFor(RefusalReason.OverLimit));
        }
    }

    /// <summary>A browser comes; null with the reason when it cannot.</summary>
    /// <param name="caller">Whose it is.</param>
    /// <param name="isOrganiser">True when it proved that.</param>
    /// <param name="page">Is told.</param>
    /// <param name="offer">The page's.</param>
    /// <param name="refusal">Why not.</param>
    public BrowserParticipant? NewBrowser(SipCaller caller, bool isOrganiser, JoinFeed page, BrowserOffer offer, out Refusal refusal)
    {
        refusal = meeting.RefusalFor(RefusalReason.OverLimit);
        if (meeting.Room.AddLeg() is not { } leg)
            return null;
        var ice = IceCredentials.Draw(_context.Randomness);
        var end = new BrowserEnd(leg.LocalAddress, ice, _context.Browsers.Certificate.Fingerprint.ToString(), _nextId, _context.Randomness);
        if (BrowserNegotiation.Answer(offer, end, meeting.Codec.Wanted) is { } agreement)
            return Take(new BrowserParticipant(meeting, _nextId++, leg, caller, isOrganiser, page, offer, ice, agreement));
        leg.Remove();
        refusal = meeting.RefusalFor(RefusalReason.ProfileNotAdmitted);
        return null;
    }

    /// <summary>
    /// Dials a room or bridge into this half, by its static contact or else where it is registered; false when it can be reached nowhere, no port is to
    /// be had, or it is there already.
    /// </summary>
    public bool Dial(Endpoint endpoint)
    {
        var registered = endpoint.Contact is null && _context.Registrations.Targets(endpoint.Sip) is [[var first, ..], ..] ? first : null;
        if (IsThere(endpoint) || !SipUri.TryParse(endpoint.Contact ?? registered?.RequestUri ?? "", out var uri)
            || _context.Parties.ProviderOf(endpoint) is not { } provider)
            return false;
        var profile = _context.Admission.World.FindProfile(endpoint.Profile)!;
        if (New(new SipCaller(null, provider, endpoint.Sip, endpoint.Name, endpoint, profile)) is not { } participant)
            return false;
        var credentials = endpoint.Digest is { } digest ? new SipCredentials(digest.User, digest.Secret) : null;
        participant.Dial(uri, registered, credentials, new NameAddress(meeting.Half.Join!.Uri, meeting.Meeting.Title));
        return true;
    }

    /// <summary>True while the endpoint is in, or on its way in.</summary>
    public bool IsThere(Endpoint endpoint) => meeting.Participants.Any(each => each.Caller.Endpoint?.Id == endpoint.Id);

    /// <summary>Asks the waist for a participant, under the agreement of the booking where there is one.</summary>
    public bool TryAdmit(Participant participant, out Grant grant, out Refusal refusal)
    {
        grant = default;
        if (!meeting.Cascade.TryHold(out refusal))
            return false;
        var caller = participant.Caller;
        _ = CorrelationId.TryParse(participant.Session, out var session);
        // A customer of the invited provider takes a port of the organiser's agreement; the organiser's own customers and guests do not.
        var underBooking = !meeting.IsFocus && caller.Provider.Id == meeting.Half.Provider;
        var request = new AdmissionRequest
        {
            Sender = underBooking ? _context.Admission.World.FindNeighbourByExchange(meeting.Meeting.Focus) : caller.Sender,
            IsOwn = !underBooking && caller.Sender is null,
            Origin = underBooking ? meeting.Meeting.OrganiserProvider : caller.Provider.Id,
            Caller = underBooking ? meeting.Meeting.Organiser : caller.Address,
            TargetProvider = meeting.Half.Provider,
            Kind = GrantKind.Participant,
            Ports = 1,
            Profile = caller.Profile.Id,
            Correlation = session,
            Parent = meeting.Row.Id,
            Now = _context.Clock.GetCurrentInstant(),
            NowNs = _context.Time.NowNs(),
        };
        return _context.Admission.Admit(in request, out grant, out refusal);
    }

    SipParticipant? New(SipCaller caller, MediaLegHandle? existing = null)
    {
        if (existing is null ? meeting.Room.AddLeg() is not { } leg : (leg = meeting.Room.Adopt(existing)) is null)
            return null;
        return Take(new SipParticipant(meeting, _nextId++, leg, caller, caller.Address == meeting.Meeting.Organiser));
    }

    T Take<T>(T participant)
        where T : Participant
    {
        meeting.Add(participant);
        return participant;
    }
}
