using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>The NNI message types of two-phase booking. Every one names the meeting and the sequence that it is about.</summary>
static class BookingTypes
{
    /// <summary>Organiser's exchange to holder: keep this free for me.</summary>
    public const string Hold = "booking.hold";

    /// <summary>Holder: kept.</summary>
    public const string Held = "booking.held";

    /// <summary>Holder: not to be had, with the reason.</summary>
    public const string Refused = "booking.refused";

    /// <summary>Organiser's exchange: decided, take it.</summary>
    public const string Confirm = "booking.confirm";

    /// <summary>Holder: taken, and this is how my customers join.</summary>
    public const string Confirmed = "booking.confirmed";

    /// <summary>Organiser's exchange: not decided for you, let it go.</summary>
    public const string Release = "booking.release";

    /// <summary>Holder: my hold has run out and I would let it go; I keep it until you answer.</summary>
    public const string Lapse = "booking.lapse";

    /// <summary>Organiser's exchange: called off.</summary>
    public const string Cancel = "booking.cancel";

    /// <summary>Holder: the called-off meeting is gone here.</summary>
    public const string Cancelled = "booking.cancelled";

    /// <summary>Holder: one of my customers answered the invitation.</summary>
    public const string Reply = "booking.reply";
}

/// <summary>booking.hold: the meeting as it shall be, and which half is asked of the receiver.</summary>
sealed record HoldBody(Meeting Meeting);

/// <summary>booking.held.</summary>
sealed record HeldBody(string Meeting, int Sequence, Instant HeldUntil, string Fingerprint);

/// <summary>booking.refused: a reason code of the refusal table, what it is about, and for people.</summary>
sealed record RefusedBody(string Meeting, int Sequence, string Reason, string Detail);

/// <summary>booking.confirm, release, lapse, cancel, cancelled.</summary>
sealed record SequenceBody(string Meeting, int Sequence);

/// <summary>booking.confirmed.</summary>
sealed record ConfirmedBody(string Meeting, int Sequence, Coordinates Join);

/// <summary>booking.reply.</summary>
sealed record ReplyBody(string Meeting, string Address, InviteeAnswer Answer, string? Comment, Instant? CounterStart, Instant? CounterEnd);

/// <summary>The JSON of meetings, on the wire and in the store.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter), typeof(LocalDateTimeConverter), typeof(DurationConverter)])]
[JsonSerializable(typeof(Meeting))]
[JsonSerializable(typeof(HoldBody))]
[JsonSerializable(typeof(HeldBody))]
[JsonSerializable(typeof(RefusedBody))]
[JsonSerializable(typeof(SequenceBody))]
[JsonSerializable(typeof(ConfirmedBody))]
[JsonSerializable(typeof(ReplyBody))]
sealed partial class MeetingsJson : JsonSerializerContext
{
    public static JsonObject Body<T>(T value) =>
        JsonSerializer.SerializeToNode(value, typeof(T), Default)!.AsObject();

    public static T Read<T>(JsonObject body) =>
        (T)(body.Deserialize(typeof(T), Default) ?? throw new JsonException("empty body"));

    public static string Text(Meeting meeting) => JsonSerializer.Serialize(meeting, Default.Meeting);

    public static Meeting Parse(string text) => JsonSerializer.Deserialize(text, Default.Meeting)!;
}
