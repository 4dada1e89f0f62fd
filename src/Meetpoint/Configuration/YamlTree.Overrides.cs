using System.Globalization;
using System.Text.Json.Nodes;

namespace Meetpoint.Configuration;

/// <content>Values that environment variables put over those of the file.</content>
public sealed partial class YamlTree
{
    /// <summary>What the name of a variable begins with that stands for a value; its keys follow, with two underscores between.</summary>
    public const string VariablePrefix = "MEETPOINT__";

    /// <summary>Items that a list can have by variables.</summary>
    const int MaxItems = 1_000;

    // Item 10 after item 9, since a list grows by one.
    static readonly StringComparer VariableOrder = StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);

    readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    /// <summary>
    /// Puts the values of variables such as MEETPOINT__SIP__0__LISTEN over those of the file: keys without regard to case, items of lists by their
    /// number from 0, one more than there are adds one. Values are read as plain YAML scalars; an empty one takes the key out. Other variables are
    /// left alone.
    /// </summary>
    public void Override(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables.OrderBy(pair => pair.Key, VariableOrder))
        {
            if (name.StartsWith(VariablePrefix, StringComparison.OrdinalIgnoreCase))
                Override(name, name[VariablePrefix.Length..].Split("__"), value);
        }
    }

    /// <summary>Name of the variable that stands for a path.</summary>
    public static string VariableOf(string path) => VariablePrefix + path.TrimStart('/').Replace("/", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Where the value at a path comes from: its variable, or line and column of the file; null when neither gives it.</summary>
    public (string? Variable, int Line)? OriginOf(string path) => _variables.TryGetValue(path, out var variable) ? (variable, 0)
        : _places.TryGetValue(path, out var mark) ? (null, (int)mark.Line)
        : null;

    void Override(string variable, string[] keys, string value)
    {
        if (keys.Length > MaxDepth || keys.Contains(""))
        {
            _faults.Add(new YamlFault(0, 0, "", "names no key", $"{VariablePrefix}SECTION__KEY, such as {VariablePrefix}MEDIA__THREADS") { Variable = variable });
            return;
        }

        JsonNode at = Root;
        var path = "";
        for (var i = 0; i < keys.Length; i++)
        {
            var made = i == keys.Length - 1 ? Plain(value) : int.TryParse(keys[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? new JsonArray() : (JsonNode)new JsonObject();
            if (Member(at, keys[i]) is not { } key)
            {
                _faults.Add(new YamlFault(0, 0, path, $"'{keys[i]}' is no item of a list", $"0 to {((JsonArray)at).Count}, where the last adds one") { Variable = variable });
                return;
            }

            path = $"{path}/{Escaped(key)}";
            if (i == keys.Length - 1 && _variables.TryGetValue(path, out var other))
                _faults.Add(new YamlFault(0, 0, path, $"is given by {other}, too", "keep one") { Variable = variable });
            var standing = at is JsonArray list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : at[key];
            if (i < keys.Length - 1 && standing is JsonArray or JsonObject)
            {
                at = standing;
                continue;
            }

            _variables[path] = variable;
            if (at is JsonArray array)
                array[int.Parse(key, CultureInfo.InvariantCulture)] = made;
            else
                at[key] = made;
            at = made ?? at;
        }
    }

    /// <summary>The key as the mapping has it, or the number of an item, added when it is the next; null when a list has no such item.</summary>
    static string? Member(JsonNode container, string key)
    {
        if (container is JsonObject map)
            return map.Select(pair => pair.Key).FirstOrDefault(known => known.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? key.ToLowerInvariant();
        var array = (JsonArray)container;
        if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > array.Count || index >= MaxItems)
            return null;
        if (index == array.Count)
            array.Add(null);
        return index.ToString(CultureInfo.InvariantCulture);
    }
}
