using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Data;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Storage;

/// <summary>
/// How .NET values stand in columns, the same in both databases. Four stored forms: BIGINT, TEXT, DOUBLE, BLOB.
/// </summary>
/// <remarks>
/// Integers and bool (0, 1): BIGINT. Instant and Duration: BIGINT in ticks of 100 ns (since 1970 for an Instant), which is what
/// .NET's clocks give, so a value read equals the value written. decimal: TEXT, exact, with its scale. LocalDate, LocalDateTime: TEXT, ISO 8601.
/// JSON: TEXT. Enumerations: TEXT in kebab-case, as in documents. Anything else that is IParsable: TEXT, invariant.
/// </remarks>
static class ColumnTypes
{
    /// <summary>Of enumerations, which are few and in the source.</summary>
    static readonly ConcurrentDictionary<Enum, string> Words = new();

    static readonly FrozenDictionary<Type, Func<object, object>> Loaders = new Dictionary<Type, Func<object, object>>
    {
        [typeof(long)] = v => Integer(v),
        [typeof(int)] = v => checked((int)Integer(v)),
        [typeof(short)] = v => checked((short)Integer(v)),
        [typeof(byte)] = v => checked((byte)Integer(v)),
        [typeof(uint)] = v => checked((uint)Integer(v)),
        [typeof(ushort)] = v => checked((ushort)Integer(v)),
        [typeof(bool)] = v => Integer(v) != 0,
        [typeof(double)] = v => Convert.ToDouble(v, CultureInfo.InvariantCulture),
        [typeof(string)] = v => (string)v,
        [typeof(byte[])] = v => (byte[])v,
        [typeof(decimal)] = v => v is string text
            ? decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture)
            : Convert.ToDecimal(v, CultureInfo.InvariantCulture),
        [typeof(Instant)] = v => Instant.FromUnixTimeTicks(Integer(v)),
        [typeof(Duration)] = v => Duration.FromTicks(Integer(v)),
        [typeof(LocalDate)] = v => LocalDatePattern.Iso.Parse((string)v).GetValueOrThrow(),
        [typeof(LocalDateTime)] = v => LocalDateTimePattern.ExtendedIso.Parse((string)v).GetValueOrThrow(),
        [typeof(JsonNode)] = v => JsonNode.Parse((string)v)!,
        [typeof(JsonObject)] = v => JsonNode.Parse((string)v)!.AsObject(),
        [typeof(JsonArray)] = v => JsonNode.Parse((string)v)!.AsArray(),
    }.ToFrozenDictionary();

    /// <summary>Whether the type is one column, not a row.</summary>
    public static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Loaders.ContainsKey(type) || type.IsEnum || IsParsable(type);
    }

    /// <summary>What turns a stored value into the type; the value is never null.</summary>
    public static Func<object, object> Loader(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Loaders.TryGetValue(type, out var loader))
            return loader;
        if (type.IsEnum)
            return EnumLoader(type);
        if (!IsParsable(type))
            throw new NotSupportedException($"{type} has no stored form. Make it IParsable, or map it in the slice.");
        var parse = typeof(ColumnTypes).GetMethod(nameof(Parse), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(type);
        return parse.CreateDelegate<Func<object, object>>();
    }

    /// <summary>The stored form of a type, so that a null parameter has one too.</summary>
    public static DbType StoredAs(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(byte[]))
            return DbType.Binary;
        if (type == typeof(double) || type == typeof(float))
            return DbType.Double;
        if (type == typeof(Instant) || type == typeof(Duration) || (type.IsPrimitive && type != typeof(char)))
            return DbType.Int64;
        return DbType.String;
    }

    /// <summary>The stored form of a value.</summary>
    public static object Store(object? value) => value switch
    {
        null => DBNull.Value,
        string or byte[] or long or double => value,
        bool b => b ? 1L : 0L,
        int or short or byte or uint or ushort or sbyte or ulong => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        float f => (double)f,
        decimal d => d.ToString(CultureInfo.InvariantCulture),
        Instant instant => instant.ToUnixTimeTicks(),
        Duration duration => checked((long)duration.TotalTicks),
        LocalDate date => LocalDatePattern.Iso.Format(date),
        LocalDateTime local => LocalDateTimePattern.ExtendedIso.Format(local),
        JsonNode json => json.ToJsonString(),
        Enum e => Words.GetOrAdd(e, static word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString())),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ when IsParsable(value.GetType()) => value.ToString()!,
        _ => throw new NotSupportedException($"{value.GetType()} has no stored form. Make it IParsable, or map it in the slice."),
    };

    static long Integer(object stored) => stored is long value ? value : Convert.ToInt64(stored, CultureInfo.InvariantCulture);

    static object Parse<T>(object stored)
        where T : IParsable<T> => T.Parse((string)stored, CultureInfo.InvariantCulture);

    static bool IsParsable(Type type) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>) && i.GenericTypeArguments[0] == type);

    static Func<object, object> EnumLoader(Type type)
    {
        var values = Enum.GetValues(type).Cast<object>()
            .DistinctBy(v => v.ToString())
            .ToFrozenDictionary(v => JsonNamingPolicy.KebabCaseLower.ConvertName(v.ToString()!));
        return stored => values.TryGetValue((string)stored, out var value)
            ? value
            : throw new FormatException($"\"{stored}\" is no {type.Name}.");
    }
}
