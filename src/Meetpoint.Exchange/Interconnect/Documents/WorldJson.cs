using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Settlement;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>How world documents are written: camel case, words for enumerations, strings for instants and exact decimals, no nulls.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter), typeof(DecimalConverter)])]
[JsonSerializable(typeof(WorldDocument))]
[JsonSerializable(typeof(Provider))]
[JsonSerializable(typeof(Organisation))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Endpoint))]
[JsonSerializable(typeof(EquipmentProfile))]
[JsonSerializable(typeof(Neighbour))]
[JsonSerializable(typeof(Agreement))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(Tariff))]
public sealed partial class WorldJson : JsonSerializerContext;

/// <summary>An instant as "2026-01-01T00:00:00Z" (RFC 3339).</summary>
sealed class InstantConverter : JsonConverter<Instant>
{
    public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        InstantPattern.ExtendedIso.Parse(reader.GetString() ?? "") is { Success: true } result ? result.Value : throw new JsonException("no instant");

    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
        writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));
}

/// <summary>An exact decimal as a string without trailing noughts, so that equal amounts are equal text.</summary>
sealed class DecimalConverter : JsonConverter<decimal>
{
    const string Digits = "0.############################";

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        decimal.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value : throw new JsonException("no decimal");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(Digits, CultureInfo.InvariantCulture));
}
