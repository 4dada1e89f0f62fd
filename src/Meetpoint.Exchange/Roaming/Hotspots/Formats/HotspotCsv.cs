using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using NodaTime.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Hotspots as CSV: a line of column names in any order, then a line each. Columns that are left out hold nothing.</summary>
/// <remarks>A column of several values has semicolons between them; a backslash stands before a semicolon or a backslash within one.</remarks>
static class HotspotCsv
{
    const string Passpoint = "passpoint";

    /// <summary>Every column, in the order in which they are written.</summary>
    static readonly Column[] _columns =
    [
        new("id", h => h.Id),
        new("name", h => h.Name),
        new("latitude", h => Digits(h.Latitude), Form.Number),
        new("longitude", h => Digits(h.Longitude), Form.Number),
        new("address", h => Joined(h.Address), Form.Texts),
        new("city", h => h.City),
        new("country", h => h.Country),
        new("openingHours", h => h.OpeningHours),
        new("ssids", h => Joined(h.Ssids), Form.Texts),
        new("security", h => KebabEnum<HotspotSecurity>.Word(h.Security)),
        new("tier", h => KebabEnum<HotspotTier>.Word(h.Tier)),
        new("domainNames", h => Joined(h.Passpoint?.DomainNames ?? []), Form.Texts, Passpoint),
        new("roamingConsortia", h => Joined(h.Passpoint?.RoamingConsortia ?? []), Form.Texts, Passpoint),
        new("venueGroup", h => h.Passpoint?.VenueGroup?.ToString(CultureInfo.InvariantCulture), Form.Number, Passpoint),
        new("venueType", h => h.Passpoint?.VenueType?.ToString(CultureInfo.InvariantCulture), Form.Number, Passpoint),
        new("venueName", h => h.Passpoint?.VenueName, Form.Text, Passpoint),
        new("civic", h => Joined(h.Civic.Select(element => string.Create(CultureInfo.InvariantCulture, $"{element.Type}={element.Value}"))), Form.Civic),
        new("uncertaintyMetres", h => h.UncertaintyMetres?.ToString(CultureInfo.InvariantCulture), Form.Number),
        new("since", h => h.Since is { } since ? InstantPattern.ExtendedIso.Format(since) : null),
        new("until", h => h.Until is { } until ? InstantPattern.ExtendedIso.Format(until) : null),
        new("note", h => h.Note),
    ];

    enum Form
    {
        Text,
        Number,
        Texts,
        Civic,
    }

    /// <summary>Appends the line of column names.</summary>
    public static void AppendHeader(StringBuilder to) => CsvWriter.Append(to, [.. _columns.Select(column => column.Name)]);

    /// <summary>Appends one hotspot.</summary>
    public static void Append(StringBuilder to, Hotspot hotspot) => CsvWriter.Append(to, [.. _columns.Select(column => column.Of(hotspot) ?? "")]);

    /// <summary>Reads a file; a fault names its line and column: "/lines/3/latitude".</summary>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static HotspotFile Read(Stream file)
    {
        using var text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        if (text.Peek() == '\uFEFF')
            text.Read();
        var csv = new CsvReader(text);
        var import = new HotspotImport();
        if (!csv.TryRead(out var fault))
            return import.End(); // no hotspots
        if (fault != CsvFault.None || Header(csv.Fields, import) is not { } columns)
        {
            if (fault != CsvFault.None)
                import.Add(Unreadable(csv.Line, fault));
            return import.End();
        }

        while (csv.TryRead(out fault))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"/lines/{csv.Line}");
            if (fault != CsvFault.None)
                import.Add(Unreadable(csv.Line, fault));
            else if (csv.Fields.Count != columns.Length)
                import.Add(new Fault(at, "wrong-fields", $"there are {csv.Fields.Count} fields and {columns.Length} columns", "put fields with commas in quotes"));
            else
                import.Read(Members(columns, csv.Fields), at, at + "/id");
        }

        return import.End();
    }

    static Column[]? Header(IReadOnlyList<string> names, HotspotImport import)
    {
        var columns = new Column?[names.Count];
        var isSound = true;
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i].Trim();
            columns[i] = _columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (columns[i] is { } known && Array.IndexOf(columns, known) == i)
                continue;
            isSound = false;
            var near = NearestWord.Find(name, _columns.Select(column => column.Name));
            import.Add(columns[i] is not null
                ? new Fault("/lines/1", "duplicate-column", $"the column '{name}' is there twice", "take one out")
                : new Fault("/lines/1", "unknown-column", $"nothing is known of a column '{Shown(name)}'",
                    near is null ? $"known are: {string.Join(", ", _columns.Select(column => column.Name))}" : $"did you mean '{near}'?"));
        }

        return isSound ? [.. columns.OfType<Column>()] : null;
    }

    static JsonObject Members(Column[] columns, IReadOnlyList<string> fields)
    {
        var members = new JsonObject();
        for (var i = 0; i < columns.Length; i++)
        {
            var field = CsvWriter.Unguarded(fields[i]);
            if (field.Length == 0)
                continue;
            var within = members;
            if (columns[i].Within is { } outer)
                members[outer] = within = members[outer] as JsonObject ?? [];
            within[columns[i].Name] = columns[i].Form switch
            {
                Form.Texts => Texts(field),
                Form.Civic => new JsonArray([.. Split(field).Select(Civic)]),
                Form.Number => Number(field),
                _ => JsonValue.Create(field),
            };
        }

        return members;
    }

    static JsonArray Texts(string field) => [.. Split(field).Select(value => (JsonNode)value)];

    // As a number of JSON where it is one, so that the reader of all forms judges it; else as the text that it is, which is a fault there.
    static JsonNode Number(string field) => decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        ? JsonValue.Create(value) : JsonValue.Create(field);

    static JsonNode Civic(string text)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && int.TryParse(text.AsSpan(0, sign), NumberStyles.None, CultureInfo.InvariantCulture, out var type)
            ? new JsonObject { ["type"] = type, ["value"] = text[(sign + 1)..] } : JsonValue.Create(text);
    }

    static string Joined(IEnumerable<string> values) => string.Join(';', values.Select(value =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)));

    static List<string> Split(string field)
    {
        var values = new List<string>();
        var value = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == ';')
            {
                values.Add(value.ToString());
                value.Clear();
                continue;
            }

            if (field[i] == '\\' && i + 1 < field.Length && field[i + 1] is '\\' or ';')
                i++;
            value.Append(field[i]);
        }

        values.Add(value.ToString());
        return values;
    }

    static string Digits(decimal degrees) => degrees.ToString(CultureInfo.InvariantCulture);

    static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";

    static Fault Unreadable(int line, CsvFault fault)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"/lines/{line}");
        return fault switch
        {
            CsvFault.StrayQuote => new Fault(at, "stray-quote", "a quote stands within a field", "put the whole field in quotes, and write the quote twice"),
            CsvFault.AfterQuote => new Fault(at, "stray-quote", "something follows a closing quote", "write a quote within a field twice"),
            CsvFault.Unclosed => new Fault(at, "unclosed-quote", "a quote that opens here is never closed", "close it"),
            _ => new Fault(at, "too-long", $"the line has more than {CsvReader.MaxRecordChars} characters or {CsvReader.MaxFields} fields", "is a quote missing?"),
        };
    }

    sealed record Column(string Name, Func<Hotspot, string?> Of, Form Form = Form.Text, string? Within = null);
}
