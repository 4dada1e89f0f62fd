using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Meetpoint.Configuration;

/// <summary>Something wrong in a YAML file: where, what, and how to mend it.</summary>
/// <param name="Line">1 is the first; 0 when there is no place.</param>
/// <param name="Column">1 is the first.</param>
/// <param name="Path">JSON pointer (RFC 6901) of the value, such as /sip/0/listen.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Mend">What to write instead; empty when the message says it.</param>
public sealed record YamlFault(int Line, int Column, string Path, string Message, string Mend)
{
    /// <summary>The environment variable that is at fault; null when the file is.</summary>
    public string? Variable { get; init; }

    /// <summary>Where it is to be found: the file, or the environment.</summary>
    public string Source(string file) => Variable is null ? file : "environment";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Variable ?? string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}")}: {Path}: {Message}{(Mend.Length > 0 ? " → " + Mend : "")}";
}

/// <summary>A YAML document as JSON, with the place of every value, so that faults found later can be shown in the file.</summary>
/// <remarks>Plain scalars are read by the core schema (numbers, true, false, null); quoted ones are text. Aliases and tags are faults.</remarks>
public sealed partial class YamlTree
{
    /// <summary>Bytes of a file; a world of a million addresses comes through the API, not by hand.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Levels of nesting.</summary>
    public const int MaxDepth = 32;

    readonly Dictionary<string, Mark> _places = [];
    readonly List<YamlFault> _faults = [];

    YamlTree()
    {
    }

    /// <summary>The document; an empty object when it is empty.</summary>
    public JsonObject Root { get; private set; } = [];

    /// <summary>Faults of the YAML itself.</summary>
    public IReadOnlyList<YamlFault> Faults => _faults;

    /// <summary>Reads a document; never throws for what is in it.</summary>
    public static YamlTree Parse(string text)
    {
        var tree = new YamlTree();
        try
        {
            if (text.Length > MaxBytes)
            {
                tree._faults.Add(new YamlFault(0, 0, "", $"more than {MaxBytes} characters", ""));
                return tree;
            }

            if (!tree.IsTame(text))
                return tree;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count > 1)
                tree._faults.Add(new YamlFault(1, 1, "", "more than one document", "keep one"));
            if (stream.Documents.Count > 0 && tree.Convert(stream.Documents[0].RootNode, "") is var root and not null)
            {
                if (root is JsonObject map)
                    tree.Root = map;
                else
                    tree._faults.Add(new YamlFault(1, 1, "", "the document is not a mapping", "begin with 'key: value'"));
            }
        }
        catch (YamlException exception)
        {
            tree._faults.Add(new YamlFault((int)exception.Start.Line, (int)exception.Start.Column, "", exception.Message, ""));
        }
        catch (ArgumentException exception)
        {
            // The representation model says so of a key given twice.
            tree._faults.Add(new YamlFault(0, 0, "", exception.Message, ""));
        }

        return tree;
    }

    /// <summary>A fault at a path: at its own place, or at that of the nearest thing around it.</summary>
    public YamlFault FaultAt(string path, string message, string mend)
    {
        for (var at = path; ; at = at[..Math.Max(0, at.LastIndexOf('/'))])
        {
            if (_variables.TryGetValue(at, out var variable))
                return new YamlFault(0, 0, path, message, mend) { Variable = variable };
            if (_places.TryGetValue(at, out var mark))
                return new YamlFault((int)mark.Line, (int)mark.Column, path, message, mend);
            if (at.Length == 0)
                return new YamlFault(1, 1, path, message, mend);
        }
    }

    /// <summary>
    /// Looks at the events before a tree is built of them: the tree is built by recursion, and aliases in it stand for copies of copies.
    /// </summary>
    bool IsTame(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is AnchorAlias || depth > MaxDepth + 2)
            {
                var (message, mend) = depth > MaxDepth + 2 ? ($"nested deeper than {MaxDepth}", "") : ("aliases are not read here", "write the value out");
                _faults.Add(new YamlFault((int)parser.Current.Start.Line, (int)parser.Current.Start.Column, "", message, mend));
                return false;
            }
        }

        return true;
    }

    JsonNode? Convert(YamlNode node, string path)
    {
        _places[path] = node.Start;
        switch (node)
        {
            case YamlScalarNode scalar:
                return Scalar(scalar);
            case YamlSequenceNode sequence:
                var array = new JsonArray();
                for (var i = 0; i < sequence.Children.Count; i++)
                    array.Add(Convert(sequence.Children[i], $"{path}/{i}"));
                return array;
            case YamlMappingNode mapping:
                var map = new JsonObject();
                foreach (var (keyNode, value) in mapping.Children)
                {
                    var key = (keyNode as YamlScalarNode)?.Value ?? "";
                    var member = $"{path}/{Escaped(key)}";
                    map[key] = Convert(value, member);
                    _places[member] = keyNode.Start;
                }

                return map;
            default:
                return null; // aliases were refused before
        }
    }

    static string Escaped(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    static JsonNode? Scalar(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value ?? "") : JsonValue.Create(scalar.Value ?? "");

    static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when LooksLikeNumber(text) && decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    /// <summary>Not +44..., which is a telephone number, nor 007.</summary>
    static bool LooksLikeNumber(string text) =>
        text[0] != '+' && (text.TrimStart('-') is not ['0', >= '0' and <= '9', ..]);
}
