namespace Meetpoint.Calendar;

/// <summary>One property with its parameters: <c>NAME;PARAM=value:value</c> (RFC 5545 section 3.1). Immutable.</summary>
/// <param name="Name">In upper case.</param>
/// <param name="Value">As on the wire: a TEXT value is still escaped, see <see cref="TextValue"/>.</param>
/// <param name="Parameters">In order.</param>
public sealed record ContentLine(string Name, string Value, IReadOnlyList<LineParameter> Parameters)
{
    /// <summary>A property with the parameters given.</summary>
    public ContentLine(string name, string value, params LineParameter[] parameters)
        : this(name, value, (IReadOnlyList<LineParameter>)parameters)
    {
    }

    /// <summary>A property of type TEXT; escapes the text.</summary>
    public static ContentLine OfText(string name, string text, params LineParameter[] parameters) =>
        new(name, TextValue.Escape(text), parameters);

    /// <summary>The value as TEXT, unescaped.</summary>
    public string Text => TextValue.Unescape(Value);

    /// <summary>The first value of a parameter, named in upper case; null when there is none.</summary>
    public string? Parameter(string name)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Name == name)
                return parameter.Values.Count > 0 ? parameter.Values[0] : null;
        }

        return null;
    }
}

/// <summary>A parameter of a property; values are decoded (RFC 6868) and without their quotes. Immutable.</summary>
/// <param name="Name">In upper case.</param>
/// <param name="Values">One at least.</param>
public sealed record LineParameter(string Name, IReadOnlyList<string> Values)
{
    /// <summary>A parameter with one value.</summary>
    public LineParameter(string name, string value)
        : this(name, [value])
    {
    }
}
