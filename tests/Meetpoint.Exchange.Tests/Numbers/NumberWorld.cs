using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Tests.Interconnect;

namespace Meetpoint.Exchange.Tests.Numbers;

/// <summary>Albion's world with a trunk for each numbering plan of the vectors.</summary>
static class NumberWorld
{
    const string Uk =
        """
        "country": "44", "nationalPrefix": "0", "internationalPrefixes": ["00"], "areaCode": "20", "minDigits": 9, "maxDigits": 10,
        "shortCodes": ["118xxx", "1471", "1[0-1]1"], "emergencyCodes": ["112", "999"], "phoneContexts": ["pbx.albion.example"]
        """;

    static readonly (string Name, string Json)[] _plans =
    [
        ("uk", $"{{{Uk}}}"),
        ("uk-rn", $"{{{Uk}, \"routingNumbers\": true}}"),
        ("us", """{"country": "1", "nationalPrefix": "1", "internationalPrefixes": ["011"], "areaCode": "212", "minDigits": 10, "maxDigits": 10}"""),
        ("it", """{"country": "39", "internationalPrefixes": ["00"]}"""),
        ("none", "{}"),
        ("gateway", $"{{{Uk}}}"),
    ];

    public static WorldDocument Document { get; } = Worlds.Read(Json().ToJsonString());

    public static Admission Admission(Func<WorldDocument, WorldDocument>? change = null, int maxGrants = 1024) =>
        Worlds.Admission(change is null ? Document : change(Document), maxGrants: maxGrants);

    static JsonNode Json()
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        var source = 20;
        foreach (var (name, plan) in _plans)
        {
            world["neighbours"]!.AsArray().Add(new JsonObject
            {
                ["id"] = name,
                ["provider"] = "albion",
                ["kind"] = "sip-trunk",
                ["listener"] = "core",
                ["sourceAddresses"] = new JsonArray($"127.0.0.{++source}"),
                ["numbering"] = JsonNode.Parse(plan),
                ["identity"] = name == "gateway" ? "untrusted" : "trusted",
            });
        }

        world["endpoints"]!.AsArray().Add(JsonNode.Parse("""{"id": "freephone", "organisation": "acme", "kind": "phone", "name": "Free", "sip": "0800@albion.example"}"""));
        world["providers"]![0]!["numbering"] = JsonNode.Parse($"{{{Uk}}}");
        return world;
    }
}
