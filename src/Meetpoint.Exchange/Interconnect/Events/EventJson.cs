using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>JSON of an event's attributes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<EventAttribute>))]
sealed partial class EventJson : JsonSerializerContext;
