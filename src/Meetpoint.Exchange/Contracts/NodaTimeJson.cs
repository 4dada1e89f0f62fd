using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A NodaTime value as the text of its ISO pattern; a text that does not match is a <see cref="JsonException"/>.</summary>
public abstract class NodaTimeConverter<T>(IPattern<T> pattern, string form) : JsonConverter<T>
    where T : struct
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        var parsed = pattern.Parse(text);
        return parsed.Success ? parsed.Value : throw new JsonException($"'{text}' is not {form}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(pattern.Format(value));
}

/// <summary>2026-11-22T09:30:00Z, to the nanosecond where there is one.</summary>
public sealed class InstantConverter() : NodaTimeConverter<Instant>(InstantPattern.ExtendedIso, "an instant such as 2026-11-22T09:30:00Z");

/// <summary>2026-11-22T09:30:00, without zone.</summary>
public sealed class LocalDateTimeConverter() : NodaTimeConverter<LocalDateTime>(
    LocalDateTimePattern.ExtendedIso, "a local time such as 2026-11-22T09:30:00");

/// <summary>2026-11-22.</summary>
public sealed class LocalDateConverter() : NodaTimeConverter<LocalDate>(LocalDatePattern.Iso, "a date such as 2026-11-22");

/// <summary>Hours, minutes, seconds: 1:30:00, or -0:00:01.5.</summary>
public sealed class DurationConverter() : NodaTimeConverter<Duration>(DurationPattern.JsonRoundtrip, "a duration such as 1:30:00");
