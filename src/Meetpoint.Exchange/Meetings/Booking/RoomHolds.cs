using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>Takes all that one exchange gives to a meeting: its rooms, and the ports of its half.</summary>
static class RoomHolds
{
    /// <summary>Holds everything or says what is in the way; the caller's transaction is then to let go what was taken.</summary>
    /// <param name="transaction">The booking's step.</param>
    /// <param name="parties">Who is who.</param>
    /// <param name="meeting">The version to hold for.</param>
    /// <param name="organiserExchange">The exchange that asks, or null when it is this one.</param>
    public static BookingRefusal? TryHold(StoreTransaction transaction, MeetingParties parties, Meeting meeting, string? organiserExchange)
    {
        var occurrences = Occurrences.Of(meeting);
        foreach (var room in meeting.InviteesOf(parties.Self).Where(invitee => invitee.Kind != InviteeKind.Person))
        {
            if (parties.RoomToBook(room.Address, meeting, organiserExchange, out var endpointId) is { } refusal)
                return refusal;
            if (room.Kind == InviteeKind.Room
                && Holds.TryTake(transaction, meeting, Holds.Room(endpointId), 1, 1, occurrences) is { } taken)
                return new BookingRefusal("endpoint-not-free", $"{room.Address} is not free until {taken.Until}");
        }

        var half = meeting.HalfOf(parties.Self)!;
        if (half.Agreement is { } agreement
            && Holds.TryTake(transaction, meeting, Holds.Ports(agreement), half.Ports, parties.PortLimit(agreement), occurrences) is { } full)
            return new BookingRefusal("over-limit", $"agreement {agreement} has no {half.Ports} ports free until {full.Until}");
        return Holds.TryTake(transaction, meeting, Holds.Ports("exchange"), half.Ports, parties.OwnPorts, occurrences) is { } ownFull
            ? new BookingRefusal("over-limit", $"this exchange has no {half.Ports} ports free until {ownFull.Until}")
            : null;
    }
}
