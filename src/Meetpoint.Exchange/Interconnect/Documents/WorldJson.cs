using Meetpoint.Exchange.Contracts;
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
[JsonSerializable(typeof(PresenceList))]
[JsonSerializable(typeof(EquipmentProfile))]
[JsonSerializable(typeof(Neighbour))]
[JsonSerializable(typeof(Agreement))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(Tariff))]
public sealed partial class WorldJson : JsonSerializerContext;

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
