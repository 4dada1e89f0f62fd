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
sealed class Section(YamlTree tree, JsonObject? map, string path, List<YamlFault> faults, OrderedDictionary<string, ConfigurationValue> values)
{
    readonly HashSet<string> _known = [];

    /// <summary>True when the file has the section at all.</summary>
    public bool IsPresent => map is not null;

    public Section Child(string key) => new(tree, Node(key) switch
    {
        null => null,
        JsonObject child => child,
        var other => Wrong<JsonObject>(key, other, "a mapping", "put its keys on indented lines below"),
    }, $"{path}/{key}", faults, values);

    /// <summary>The mappings of a list.</summary>
    public IReadOnlyList<Section> Children(string key) => Node(key) switch
    {
        null => [],
        JsonArray array => [.. array.Select((item, i) => new Section(tree, item as JsonObject, $"{path}/{key}/{i}", faults, values))],
        var other => Wrong<IReadOnlyList<Section>>(key, other, "a list", "begin each item with '- '") ?? [],
    };

    public string? Text(string key, string? fallback = null) => Noted(key, Read(key, fallback));

    /// <summary>A text that is shown to nobody.</summary>
    public string? Secret(string key)
    {
        var text = Read(key, null);
        Noted(key, text is null ? null : ConfigurationValue.Masked);
        return text;
    }

    public string Required(string key, string mend)
    {
        if (Text(key) is { Length: > 0 } text)
            return text;
        Fault(key, "is missing", mend);
        return "";
    }

    public int Number(string key, int fallback, int min, int max)
    {
        var node = Node(key);
        Noted(key, node?.ToString() ?? fallback.ToString(CultureInfo.InvariantCulture));
        if (node is null)
            return fallback;
        if (node is JsonValue value && value.TryGetValue<decimal>(out var number) && number == decimal.Truncate(number) && number >= min && number <= max)
            return (int)number;
        Fault(key, "is not a whole number in its range", string.Create(CultureInfo.InvariantCulture, $"{min} to {max}; {fallback} when left out"));
        return fallback;
    }

    /// <summary>A number with a fraction.</summary>
    public double Fraction(string key, double fallback, double min, double max)
    {
        var node = Node(key);
        Noted(key, node?.ToString() ?? fallback.ToString(CultureInfo.InvariantCulture));
        if (node is null)
            return fallback;
        if (node is JsonValue value && value.TryGetValue<decimal>(out var number) && (double)number >= min && (double)number <= max)
            return (double)number;
        Fault(key, "is not a number in its range", string.Create(CultureInfo.InvariantCulture, $"{min} to {max}; {fallback} when left out"));
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        var flag = Node(key) switch
        {
            null => fallback,
            JsonValue value when value.TryGetValue<bool>(out var given) => given,
            var other => Wrong<object>(key, other, "true or false", "") is null && fallback,
        };
        Noted(key, flag ? "true" : "false");
        return flag;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        IReadOnlyList<string> texts = Node(key) switch
        {
            null => [],
            JsonArray array when array.All(item => item is JsonValue) => [.. array.Select(item => item!.ToString())],
            JsonValue single => [single.ToString()],
            var other => Wrong<IReadOnlyList<string>>(key, other, "a list of texts", "[one, two]") ?? [],
        };
        if (Node(key) is JsonArray)
        {
            for (var i = 0; i < texts.Count; i++)
                Noted(string.Create(CultureInfo.InvariantCulture, $"{key}/{i}"), texts[i]);
        }
        else
        {
            Noted(key, texts.Count > 0 ? texts[0] : null);
        }

        return texts;
    }

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
            Fault(key, "is not a key here", NearestWord.Find(key, _known) is { } near ? $"did you mean '{Spelled(key, near)}'?" : $"one of: {string.Join(", ", _known.Order())}");
    }

    /// <summary>A key as it is written where the mistyped one stands: in the name of a variable, or by itself.</summary>
    string Spelled(string mistyped, string key) => tree.OriginOf($"{path}/{mistyped}") is ({ }, _) ? YamlTree.VariableOf($"{path}/{key}") : key;

    string? Read(string key, string? fallback) => Node(key) switch
    {
        null => fallback,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.GetValueKind() is JsonValueKind.Number => value.ToString(),
        var other => Wrong<string>(key, other, "text", "") ?? fallback,
    };

    /// <summary>Remembers what holds and where it comes from.</summary>
    string? Noted(string key, string? value)
    {
        var at = $"{path}/{key}";
        var (variable, line) = tree.OriginOf(at) ?? default;
        values[at] = new ConfigurationValue(at[1..].Replace('/', '.'), value, variable, line);
        return value;
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
}
