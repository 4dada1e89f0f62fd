using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;

namespace Meetpoint.Configuration;

/// <summary>
/// One mapping of a configuration file, read key by key. Faults are collected, never thrown, so that all are shown at once; keys that nobody
/// asked for are faults too.
/// </summary>
sealed class Section(YamlTree tree, JsonObject? map, string path, List<YamlFault> faults)
{
    readonly HashSet<string> _known = [];

    /// <summary>True when the file has the section at all.</summary>
    public bool IsPresent => map is not null;

    public Section Child(string key) => new(tree, Node(key) switch
    {
        null => null,
        JsonObject child => child,
        var other => Wrong<JsonObject>(key, other, "a mapping", "put its keys on indented lines below"),
    }, $"{path}/{key}", faults);

    /// <summary>The mappings of a list.</summary>
    public IReadOnlyList<Section> Children(string key) => Node(key) switch
    {
        null => [],
        JsonArray array => [.. array.Select((item, i) => new Section(tree, item as JsonObject, $"{path}/{key}/{i}", faults))],
        var other => Wrong<IReadOnlyList<Section>>(key, other, "a list", "begin each item with '- '") ?? [],
    };

    public string? Text(string key, string? fallback = null) => Node(key) switch
    {
        null => fallback,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.GetValueKind() is JsonValueKind.Number => value.ToString(),
        var other => Wrong<string>(key, other, "text", "") ?? fallback,
    };

    public string Required(string key, string mend)
    {
        if (Text(key) is { Length: > 0 } text)
            return text;
        Fault(key, "is missing", mend);
        return "";
    }

    public int Number(string key, int fallback, int min, int max)
    {
        if (Node(key) is not { } node)
            return fallback;
        if (node is JsonValue value && value.TryGetValue<decimal>(out var number) && number == decimal.Truncate(number) && number >= min && number <= max)
            return (int)number;
        Fault(key, "is not a whole number in its range", string.Create(CultureInfo.InvariantCulture, $"{min} to {max}; {fallback} when left out"));
        return fallback;
    }

    public bool Flag(string key, bool fallback) => Node(key) switch
    {
        null => fallback,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        var other => Wrong<object>(key, other, "true or false", "") is null && fallback,
    };

    public IReadOnlyList<string> Texts(string key) => Node(key) switch
    {
        null => [],
        JsonArray array when array.All(item => item is JsonValue) => [.. array.Select(item => item!.ToString())],
        JsonValue single => [single.ToString()],
        var other => Wrong<IReadOnlyList<string>>(key, other, "a list of texts", "[one, two]") ?? [],
    };

    /// <summary>An address with a port.</summary>
    public NetAddress Address(string key, string? fallback, string mend)
    {
        var text = Text(key, fallback);
        if (text is null)
        {
            Fault(key, "is missing", mend);
            return NetAddress.None;
        }

        if (NetAddress.TryParse(text, 0, out var address))
            return address;
        Fault(key, $"'{text}' is no address with a port", mend);
        return NetAddress.None;
    }

    /// <summary>One of a few words.</summary>
    public string Choice(string key, string fallback, params ReadOnlySpan<string> words)
    {
        var text = Text(key, fallback)!;
        if (words.Contains(text))
            return text;
        Fault(key, $"'{text}' is not one of its words", string.Join(", ", words.ToArray()));
        return fallback;
    }

    public void Fault(string key, string message, string mend) => faults.Add(tree.FaultAt($"{path}/{key}", message, mend));

    /// <summary>To be called once all keys have been asked for.</summary>
    public void RejectUnknown()
    {
        foreach (var key in map?.Select(pair => pair.Key).Where(key => !_known.Contains(key)) ?? [])
            Fault(key, "is not a key here", Nearest(key) is { } near ? $"did you mean '{near}'?" : $"one of: {string.Join(", ", _known.Order())}");
    }

    JsonNode? Node(string key)
    {
        _known.Add(key);
        return map?[key];
    }

    T? Wrong<T>(string key, JsonNode node, string expected, string mend)
        where T : class
    {
        Fault(key, $"is {Kind(node)}, not {expected}", mend);
        return null;
    }

    static string Kind(JsonNode node) => node switch
    {
        JsonObject => "a mapping",
        JsonArray => "a list",
        _ => $"'{node}'",
    };

    string? Nearest(string key) => _known
        .Select(known => (known, distance: EditDistance.Between(known, key)))
        .Where(pair => pair.distance <= 3 && pair.distance < key.Length)
        .OrderBy(pair => pair.distance)
        .Select(pair => pair.known)
        .FirstOrDefault();
}
