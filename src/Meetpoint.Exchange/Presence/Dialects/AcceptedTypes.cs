using System.Globalization;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Media types as Accept lists them.</summary>
static class AcceptedTypes
{
    /// <summary>Media types of a request that are looked at, at most.</summary>
    public const int MaxTypes = 32;

    /// <summary>The types in their order, in lower case and without parameters; those of quality 0 are not accepted.</summary>
    public static IReadOnlyList<string> Parse(IReadOnlyList<string> values)
    {
        var types = new List<string>();
        foreach (var value in values)
        {
            foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (types.Count < MaxTypes && !IsRefused(part))
                    types.Add(Bare(part));
            }
        }

        return types;
    }

    /// <summary>A media type in lower case, without parameters.</summary>
    public static string Bare(string value)
    {
        var end = value.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? value : value[..end]).Trim().ToLowerInvariant();
    }

    /// <summary>True when a range, as */*, application/* or a type, covers the type.</summary>
    public static bool Covers(string range, string type) => range == type || range == "*/*"
        || (range.EndsWith("/*", StringComparison.Ordinal) && type.StartsWith(range[..^1], StringComparison.Ordinal));

    static bool IsRefused(string part)
    {
        foreach (var parameter in part.Split(';', StringSplitOptions.TrimEntries).Skip(1))
        {
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
                && double.TryParse(parameter.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality))
            {
                return quality <= 0;
            }
        }

        return false;
    }
}
