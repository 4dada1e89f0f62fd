using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Turns what was asked for into a meeting: who the invitees are, which exchanges take part, and under which agreements.</summary>
static class MeetingPlan
{
    /// <summary>The meeting that the request asks for, or why there can be none.</summary>
    public static BookingRefusal? Of(ScheduleRequest request, string id, MeetingParties parties, Instant now, out Meeting meeting)
    {
        meeting = null!;
        if (parties.Person(request.Organiser) is not { } organiser || organiser.Exchange != parties.Self)
            return NotKnown("/organiser", request.Organiser, "the organiser", parties);
        if (Invitees(request.Invitees, request.Rooms, parties, out var invitees) is { } unknown)
            return unknown;
        var zone = request.TimeZone ?? parties.ZoneOf(organiser.Address);
        var length = request.Length ?? (request.End is { } end ? Occurrences.Between(request.Start, end, zone) : Duration.FromHours(1));
        meeting = new Meeting
        {
            Id = id,
            Uid = $"{id}@{parties.Self}",
            Focus = parties.Self,
            OrganiserProvider = organiser.Provider,
            Organiser = organiser.Address,
            OrganiserName = organiser.Name,
            OrganiserMail = organiser.Mail,
            Title = request.Title,
            Start = request.Start,
            Length = length,
            Zone = zone,
            Recurrence = request.Recurrence,
            Invitees = invitees,
            Pin = request.Pin,
            Lobby = request.Lobby,
            Dialling = request.Dialling,
        };
        if ((MeetingRules.Fault(meeting) ?? MeetingRules.WhenOver(meeting, now)) is { } fault)
            return BookingRefusal.Malformed(fault);
        meeting = Rebook(meeting, parties);
        return Admit(meeting, parties);
    }

    /// <summary>The meeting with a change applied, or why not.</summary>
    public static BookingRefusal? Changed(Meeting meeting, ChangeRequest request, MeetingParties parties, out Meeting changed)
    {
        changed = meeting with
        {
            Title = request.Title ?? meeting.Title,
            Start = request.Start ?? meeting.Start,
            Length = request.Length ?? meeting.Length,
        };
        // A series that moves, or is given another length, has it on all of its dates.
        if (changed.Start != meeting.Start || request.Length is not null)
            changed = changed with { Prolonged = null };
        if (request.Invitees is not null || request.Rooms is not null)
        {
            var people = request.Invitees ?? [.. Addresses(meeting, InviteeKind.Person)];
            var rooms = request.Rooms ?? [.. Addresses(meeting, InviteeKind.Room), .. Addresses(meeting, InviteeKind.Bridge)];
            if (Invitees(people, rooms, parties, out var invitees) is { } unknown)
                return unknown;
            changed = changed with { Invitees = [.. invitees.Select(invitee => AsBefore(meeting, invitee))] };
        }

        // Who said yes to another time has not said yes to this one (RFC 5546 section 3.2.2.1).
        if (changed.Start != meeting.Start)
            changed = changed with { Invitees = [.. changed.Invitees.Select(Unanswered)] };
        return MeetingRules.Fault(changed) is { } fault ? BookingRefusal.Malformed(fault) : Admit(Rebook(changed, parties), parties);
    }

    /// <summary>The meeting with its halves made anew from who is invited; what a half already has (its certificate) is kept.</summary>
    public static Meeting Rebook(Meeting meeting, MeetingParties parties)
    {
        var halves = new List<MeetingHalf> { Half(meeting, parties.Self, meeting.OrganiserProvider, 0, parties) };
        foreach (var group in meeting.Invitees.Where(invitee => invitee.Exchange != parties.Self).GroupBy(invitee => invitee.Exchange))
            halves.Add(Half(meeting, group.Key, group.First().Provider, halves.Count, parties));
        return meeting with { Halves = halves };
    }

    static MeetingHalf Half(Meeting meeting, string exchange, string provider, int index, MeetingParties parties)
    {
        var before = meeting.HalfOf(exchange);
        var agreement = exchange == parties.Self ? null : parties.AgreementWith(meeting.OrganiserProvider, provider);
        return new MeetingHalf
        {
            Exchange = exchange,
            Provider = provider,
            Ports = meeting.InviteesOf(exchange).Count() + MeetingLimits.SparePorts,
            FirstParticipantId = before?.FirstParticipantId ?? FreeRange(meeting, index),
            Fingerprint = exchange == parties.Self ? before?.Fingerprint : null,
            Agreement = agreement?.Agreement.Id,
            AgreementVersion = agreement?.VersionHash,
        };
    }

    /// <summary>Ranges are never given twice within a meeting, so a half that was dropped leaves no ids behind that mean someone else.</summary>
    static uint FreeRange(Meeting meeting, int index)
    {
        var highest = meeting.Halves.Count == 0 ? 0 : meeting.Halves.Max(half => half.FirstParticipantId);
        return Math.Max(highest + MeetingLimits.ParticipantIdsPerHalf, checked((uint)index + 1) * MeetingLimits.ParticipantIdsPerHalf);
    }

    static BookingRefusal? Admit(Meeting meeting, MeetingParties parties) => meeting.Halves
        .Where(half => half.Exchange != parties.Self)
        .Select(half => parties.AdmitBooking(null, meeting, half))
        .FirstOrDefault(refusal => refusal is not null);

    static BookingRefusal? Invitees(
        IReadOnlyList<string> people, IReadOnlyList<string> rooms, MeetingParties parties, out List<Invitee> invitees)
    {
        invitees = [];
        for (var i = 0; i < people.Count; i++)
        {
            if (parties.Person(people[i]) is not { } person)
                return NotKnown($"/invitees/{i}", people[i], "the invitee", parties);
            invitees.Add(person);
        }

        for (var i = 0; i < rooms.Count; i++)
        {
            if (parties.Room(rooms[i]) is not { } room)
                return NotKnown($"/rooms/{i}", rooms[i], "the room", parties);
            invitees.Add(room);
        }

        return null;
    }

    static BookingRefusal NotKnown(string member, string address, string who, MeetingParties parties)
    {
        var mend = parties.Room(address) is { } room && room.Exchange == parties.Self ? "name it among the rooms"
            : parties.Person(address) is { } person && person.Exchange == parties.Self ? "name it among the invitees"
            : parties.Nearest(address) is { } nearest ? $"did you mean {nearest}?"
            : "the directory finds whom it can be";
        var fault = new Fault(member, "unknown-address", parties.WhyUnknown(address, who), mend);
        return new BookingRefusal("no-route", fault.Message) { Fault = fault };
    }

    static Invitee AsBefore(Meeting meeting, Invitee invitee) =>
        meeting.Invitees.FirstOrDefault(before => before.Address == invitee.Address && before.Kind == invitee.Kind) ?? invitee;

    static Invitee Unanswered(Invitee invitee) => invitee.Kind == InviteeKind.Person
        ? invitee with { Answer = InviteeAnswer.NeedsAction, CounterStart = null, CounterEnd = null } : invitee;

    static IEnumerable<string> Addresses(Meeting meeting, InviteeKind kind) =>
        meeting.Invitees.Where(invitee => invitee.Kind == kind).Select(invitee => invitee.Address);
}
