namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>A Content-Type, as far as messages need it.</summary>
/// <param name="MediaType">Type and subtype in lower case; empty without.</param>
/// <param name="Charset">Character set in lower case; null without.</param>
/// <param name="Boundary">Boundary of a multipart type; null without.</param>
readonly record struct ContentType(string MediaType, string? Charset, string? Boundary)
{
    const int MaxBoundary = 70; // RFC 2046 section 5.1.1

    /// <summary>True where the text is UTF-8: said so, left unsaid, or in its subset.</summary>
    public bool IsUtf8 => Charset is null or "utf-8" or "utf8" or "us-ascii";

    /// <summary>Reads a header's value; what is not there is empty.</summary>
    public static ContentType Parse(string value)
    {
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var type = Lower(semicolon < 0 ? value : value[..semicolon]).Trim();
        if (semicolon < 0)
            return new ContentType(type, null, null);
        var boundary = Parameter(value[semicolon..], "boundary");
        return new ContentType(type, Parameter(value[semicolon..], "charset") is { } charset ? Lower(charset) : null, boundary is { Length: <= MaxBoundary } ? boundary : null);
    }

    /// <summary>Of ";name=value;name=&quot;value&quot;"; null when it is not there. No value that messages need has a semicolon in it.</summary>
    public static string? Parameter(string parameters, string name)
    {
        foreach (var parameter in parameters.Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && parameter[..equals].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return parameter[(equals + 1)..].Trim().Trim('"') is { Length: > 0 } value ? value : null;
        }

        return null;
    }

#pragma warning disable CA1308 // Media types are written in lower case everywhere.
    static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
