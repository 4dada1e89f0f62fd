using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Reads the members of one JSON object and notes every fault rather than stop at the first. A member that is wrong reads as its fallback.
/// Members that nobody asked for are faults too: <see cref="Close"/>.
/// </summary>
sealed class ObjectReader(JsonObject members, string path, List<Fault> faults)
{
    /// <summary>An array with more items is a fault.</summary>
    public const int MaxItems = 2_000_000;

    /// <summary>A longer text is a fault.</summary>
    public const int MaxTextLength = 1_000;

    readonly List<string> _asked = [];

    public List<Fault> Faults => faults;

    public string Path(string name) => $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>True when it is there, whatever it is.</summary>
    public bool Has(string name) => members.ContainsKey(name);

    public string Text(string name) => OptionalText(name, required: true) ?? "";

    public string? OptionalText(string name) => OptionalText(name, required: false);

    public string TextOr(string name, string fallback) => OptionalText(name) ?? fallback;

    public ImmutableArray<string> Texts(string name) => Items(name, (node, at) =>
    {
        if (Scalar(node, JsonValueKind.String) is { Length: <= MaxTextLength } text)
            return text;
        Wrong(at, node, "a text");
        return null;
    });

    public int Int(string name, int fallback) => OptionalInt(name) ?? fallback;

    public int? OptionalInt(string name)
    {
        if (Member(name) is not { } node)
            return null;
        if (int.TryParse(Scalar(node, JsonValueKind.Number), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        Wrong(Path(name), node, "a whole number");
        return null;
    }

    public long? OptionalLong(string name)
    {
        if (Member(name) is not { } node)
            return null;
        if (long.TryParse(Scalar(node, JsonValueKind.Number), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        Wrong(Path(name), node, "a whole number");
        return null;
    }

    public bool Flag(string name, bool fallback = false)
    {
        if (Member(name) is not { } node)
            return fallback;
        if (node.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            return node.GetValueKind() == JsonValueKind.True;
        Wrong(Path(name), node, "true or false");
        return fallback;
    }

    /// <summary>An exact decimal, as a number or, so that nothing on the way rounds it, as a text.</summary>
    public decimal Decimal(string name, decimal? fallback = null)
    {
        if (Member(name) is not { } node)
        {
            if (fallback is null)
                Missing(name);
            return fallback ?? 0;
        }

        var text = Scalar(node, JsonValueKind.Number) ?? Scalar(node, JsonValueKind.String);
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return value;
        Wrong(Path(name), node, "an exact decimal such as \"0.012\"");
        return fallback ?? 0;
    }

    public T Word<T>(string name, T? fallback = null)
        where T : struct, Enum
    {
        if (Member(name) is { } node)
            return OneWord<T>(node, Path(name), name) ?? fallback ?? default;
        if (fallback is null)
            Missing(name);
        return fallback ?? default;
    }

    /// <summary>Words of an enumeration, each where it is one.</summary>
    public ImmutableArray<T> Words<T>(string name)
        where T : struct, Enum => [.. Items(name, (node, at) => (object?)OneWord<T>(node, at, name)).Cast<T>()];

    public T? OptionalWord<T>(string name)
        where T : struct, Enum => members.ContainsKey(name) ? Word<T>(name) : Unset<T>(name);

    public T? Object<T>(string name, Func<ObjectReader, T> read)
        where T : class => Member(name) is { } node ? Nested(node, Path(name), read) : null;

    public ImmutableArray<T> Objects<T>(string name, Func<ObjectReader, T> read)
        where T : class => Items(name, (node, at) => Nested(node, at, read));

    /// <summary>Ends the reading: members that were not asked for are faults.</summary>
    public void Close()
    {
        foreach (var (name, _) in members)
        {
            if (_asked.Contains(name))
                continue;
            var near = NearestWord.Find(name, _asked);
            faults.Add(new Fault(Path(name), "unknown-key", $"nothing is known by the key '{name}'",
                near is null ? $"take it out; known are: {string.Join(", ", _asked)}" : $"did you mean '{near}'?"));
        }
    }

    T? OneWord<T>(JsonNode? node, string at, string name)
        where T : struct, Enum
    {
        if (Scalar(node, JsonValueKind.String) is { } word && KebabEnum<T>.TryParse(word, out var value))
            return value;
        var near = NearestWord.Find(Scalar(node, JsonValueKind.String) ?? "", KebabEnum<T>.Words);
        faults.Add(new Fault(at, "unknown-word", $"{Show(node)} is none of the words for {name}",
            near is null ? $"use one of: {string.Join(", ", KebabEnum<T>.Words)}" : $"did you mean '{near}'?"));
        return null;
    }

    string? OptionalText(string name, bool required)
    {
        if (Member(name) is not { } node)
        {
            if (required)
                Missing(name);
            return null;
        }

        if (Scalar(node, JsonValueKind.String) is { } text && text.Length <= MaxTextLength && (text.Length > 0 || !required))
            return text;
        Wrong(Path(name), node, $"a text of 1 to {MaxTextLength} characters; quote it if it looks like a number");
        return null;
    }

    ImmutableArray<T> Items<T>(string name, Func<JsonNode?, string, T?> read)
        where T : class
    {
        if (Member(name) is not { } node)
            return [];
        if (node is not JsonArray { Count: <= MaxItems } array)
        {
            Wrong(Path(name), node, $"a list of at most {MaxItems} items");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(array.Count);
        for (var i = 0; i < array.Count; i++)
        {
            if (read(array[i], $"{Path(name)}/{i}") is { } item)
                items.Add(item);
        }

        return items.DrainToImmutable();
    }

    T? Nested<T>(JsonNode? node, string at, Func<ObjectReader, T> read)
        where T : class
    {
        if (node is not JsonObject nested)
        {
            Wrong(at, node, "a mapping of keys to values");
            return null;
        }

        var reader = new ObjectReader(nested, at, faults);
        var value = read(reader);
        reader.Close();
        return value;
    }

    T? Unset<T>(string name)
        where T : struct, Enum
    {
        _asked.Add(name);
        return null;
    }

    JsonNode? Member(string name)
    {
        _asked.Add(name);
        return members.TryGetPropertyValue(name, out var node) ? node : null;
    }

    void Missing(string name) => faults.Add(new Fault(Path(name), "missing", $"'{name}' is missing", $"add '{name}'"));

    void Wrong(string at, JsonNode? node, string expected) =>
        faults.Add(new Fault(at, "wrong-type", $"{Show(node)} is not {expected}", $"write {expected}"));

    static string? Scalar(JsonNode? node, JsonValueKind kind) =>
        node is not null && node.GetValueKind() == kind ? kind == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString() : null;

    static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 60 ? text : text[..60] + "...";
    }
}
