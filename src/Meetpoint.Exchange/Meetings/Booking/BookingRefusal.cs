namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>Why a booking is not to be had.</summary>
/// <param name="Reason">A stable code: endpoint-not-free, over-limit, no-agreement, no-route, ...</param>
/// <param name="Detail">For people: which room, until when.</param>
public sealed record BookingRefusal(string Reason, string Detail)
{
    /// <summary>The answer of the waist that it comes from, noted already; null when an engine found it, or another exchange said it.</summary>
    public Interconnect.Refusal? Cause { get; init; }

    /// <summary>The member of the request that has to be mended, and how; null when it is not one member's.</summary>
    public Interconnect.Fault? Fault { get; init; }

    /// <summary>What was asked for is malformed.</summary>
    public static BookingRefusal Malformed(Interconnect.Fault fault) => new("malformed", fault.Message) { Fault = fault };
}

/// <summary>Thrown inside a booking's transaction so that all of it is rolled back.</summary>
public sealed class BookingRefusedException(BookingRefusal refusal) : Exception(refusal.Detail)
{
    /// <summary>Why.</summary>
    public BookingRefusal Refusal { get; } = refusal;
}

/// <summary>Hears what bookings come to, inside their transactions.</summary>
interface IBookingListener
{
    /// <summary>A version stands now: invitations go out, the live half is scheduled.</summary>
    /// <param name="transaction">Of the step.</param>
    /// <param name="row">With the version that stands now.</param>
    /// <param name="before">The version that stood before; null for the first.</param>
    void Decided(Storage.StoreTransaction transaction, MeetingRow row, Meeting? before);

    /// <summary>A version could not be booked; what stood before stands.</summary>
    void Failed(Storage.StoreTransaction transaction, MeetingRow row, Meeting failed);

    /// <summary>Anything else moved: a half confirmed, a cancel.</summary>
    void Changed(Storage.StoreTransaction transaction, MeetingRow row);
}
