using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Writes an enumeration in the words of the documents: SipTrunk is "sip-trunk".</summary>
public sealed class KebabEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The words of an enumeration.</summary>
static class KebabEnum<T>
    where T : struct, Enum
{
    static readonly T[] _values = Enum.GetValues<T>();

    /// <summary>Every word, in the order of declaration.</summary>
    public static string[] Words { get; } = [.. _values.Select(value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()))];

    /// <summary>The word of a value.</summary>
    public static string Word(T value) => Words[Array.IndexOf(_values, value)];

    /// <summary>The value of a word; case counts.</summary>
    public static bool TryParse(string word, out T value)
    {
        var index = Array.IndexOf(Words, word);
        value = index < 0 ? default : _values[index];
        return index >= 0;
    }
}
