using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Meetpoint.Output;

/// <summary>Writes JSON as YAML that <see cref="YamlTree"/> reads back as the same.</summary>
static class YamlText
{
    public static void Write(JsonNode? node, TextWriter output)
    {
        var text = new StringWriter();
        new YamlStream(new YamlDocument(Node(node))).Save(text, assignAnchors: false);
        var yaml = text.ToString().ReplaceLineEndings("\n");
        output.Write(yaml.EndsWith("...\n", StringComparison.Ordinal) ? yaml[..^4] : yaml);
    }

    static YamlNode Node(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return new YamlScalarNode("null");
            case JsonObject map:
                var mapping = new YamlMappingNode();
                foreach (var (key, value) in map)
                    mapping.Add(new YamlScalarNode(key), Node(value));
                return mapping;
            case JsonArray array:
                return new YamlSequenceNode(array.Select(Node));
            default:
                return node.GetValueKind() == JsonValueKind.String ? Text(node.GetValue<string>()) : new YamlScalarNode(node.ToJsonString());
        }
    }

    // In quotes whatever would be read as something else: numbers, true, dates of other readers, telephone numbers.
    static YamlScalarNode Text(string text) => new(text)
    {
        Style = text.Length > 0 && char.IsAsciiLetter(text[0]) && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? ScalarStyle.Any : ScalarStyle.DoubleQuoted,
    };
}
