using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Meetpoint.Output;

/// <summary>How an answer is shown.</summary>
enum OutputFormat
{
    /// <summary>Columns: with lines on a screen, separated by tabs in a pipe.</summary>
    Table,

    /// <summary>As the API gave it.</summary>
    Json,

    /// <summary>As world.yaml has it.</summary>
    Yaml,
}

/// <summary>A column of a table: its title, and what stands in it.</summary>
sealed record Column(string Title, Func<JsonNode?, string?> Of);

/// <summary>Shows answers in the form that was asked for.</summary>
sealed class Printer(TextWriter output, OutputFormat format, bool isTerminal)
{
    static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A list.</summary>
    public void List(JsonArray items, string none, params Column[] columns)
    {
        if (format != OutputFormat.Table)
        {
            Document(items);
            return;
        }

        if (!isTerminal)
        {
            foreach (var item in items)
                output.WriteLine(string.Join('\t', columns.Select(column => Plain(column.Of(item)))));
            return;
        }

        if (items.Count == 0)
        {
            output.WriteLine(none);
            return;
        }

        var table = new Table { Border = TableBorder.Minimal };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column.Title) { NoWrap = true });
        foreach (var item in items)
            table.AddRow([.. columns.Select(column => new Text(Plain(column.Of(item))))]);
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
    }

    /// <summary>One thing: in a table line by line, name and value.</summary>
    public void One(JsonNode? item, params Column[] lines)
    {
        if (format != OutputFormat.Table)
        {
            Document(item);
            return;
        }

        var shown = lines.Select(line => (line.Title, Value: line.Of(item))).Where(line => line.Value is { Length: > 0 }).ToList();
        var width = shown.Count == 0 ? 0 : shown.Max(line => line.Title.Length);
        foreach (var (title, value) in shown)
            output.WriteLine(isTerminal ? $"{title.PadRight(width)}  {value}" : $"{title}\t{Plain(value)}");
    }

    /// <summary>Something of any shape: as JSON unless YAML was asked for.</summary>
    public void Document(JsonNode? node)
    {
        if (format == OutputFormat.Yaml)
            YamlText.Write(node, output);
        else
            output.WriteLine(node?.ToJsonString(_indented) ?? "null");
    }

    /// <summary>A sentence that goes with a table alone.</summary>
    public void Say(string sentence)
    {
        if (format == OutputFormat.Table)
            output.WriteLine(sentence);
    }

    /// <summary>True when tables were asked for.</summary>
    public bool IsTable => format == OutputFormat.Table;

    // What others chose (titles, names) must not move the cursor of who reads it.
    static string Plain(string? text) => text is null ? "" : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
