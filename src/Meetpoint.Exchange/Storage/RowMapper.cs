using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Meetpoint.Exchange.Storage;

/// <summary>
/// Turns rows into values of one type by column name: snake_case columns to PascalCase parameters of the constructor, then to
/// settable properties; a scalar is the first column; a tuple is by position. Built once for a statement and type.
/// </summary>
sealed class RowMapper<T>
{
    /// <summary>By constructor, for all statements and connections: an invoker compiles itself at its second call, which takes as long as a thousand rows.</summary>
    static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> _invokers = new();

    readonly Func<DbDataReader, object?[], T> create;
    readonly object?[] scratch;

    RowMapper(Func<DbDataReader, object?[], T> create, int parameters)
    {
        this.create = create;
        scratch = new object?[parameters];
    }

    public static RowMapper<T> For(DbDataReader reader)
    {
        var type = typeof(T);
        if (ColumnTypes.IsScalar(type))
        {
            var column = new Column(reader.GetName(0), 0, type);
            return new RowMapper<T>((r, _) => (T)column.Read(r)!, 0);
        }

        return type.IsAssignableTo(typeof(ITuple)) ? ForTuple(type) : ForObject(reader, type);
    }

    public T Read(DbDataReader reader) => create(reader, scratch);

    static RowMapper<T> ForTuple(Type type)
    {
        var columns = type.GenericTypeArguments.Select((item, i) => new Column($"item {i + 1}", i, item)).ToArray();
        return ForConstructor(type.GetConstructor(type.GenericTypeArguments)!, columns, [], []);
    }

    static RowMapper<T> ForObject(DbDataReader reader, Type type)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < reader.FieldCount; i++)
        {
            if (!ordinals.TryAdd(SqlParameters.Normalise(reader.GetName(i)), i))
                throw new InvalidOperationException($"Two columns are called {reader.GetName(i)}.");
        }

        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(c => !c.GetParameters().Any(p => p.ParameterType == type))
            .OrderByDescending(c => c.GetParameters().Length)
            .FirstOrDefault(c => c.GetParameters().All(p => ordinals.ContainsKey(p.Name!) || p.HasDefaultValue))
            ?? throw new InvalidOperationException(
                $"No constructor of {type} can be called with the columns {string.Join(", ", ordinals.Keys)}.");
        var parameters = constructor.GetParameters();
        var arguments = parameters
            .Select(p => ordinals.TryGetValue(p.Name!, out var i) ? new Column(reader.GetName(i), i, p.ParameterType) : null).ToArray();
        var defaults = parameters.Select(p => p.HasDefaultValue ? p.DefaultValue : null).ToArray();
        var taken = parameters.Select(p => p.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var members = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.SetMethod is not null && !taken.Contains(p.Name) && ordinals.ContainsKey(p.Name))
            .Select(p => new Member(p, new Column(p.Name, ordinals[p.Name], p.PropertyType))).ToArray();
        return ForConstructor(constructor, arguments, defaults, members);
    }

    static RowMapper<T> ForConstructor(ConstructorInfo constructor, Column?[] arguments, object?[] defaults, Member[] members)
    {
        var invoker = _invokers.GetOrAdd(constructor, ConstructorInvoker.Create);
        return new RowMapper<T>((reader, scratch) =>
        {
            for (var i = 0; i < arguments.Length; i++)
                scratch[i] = arguments[i] is { } column ? column.Read(reader) : defaults[i];
            var row = invoker.Invoke(scratch.AsSpan());
            foreach (var member in members)
                member.Property.SetValue(row, member.Column.Read(reader));
            return (T)row;
        }, arguments.Length);
    }

    sealed record Member(PropertyInfo Property, Column Column);

    sealed class Column(string name, int ordinal, Type type)
    {
        readonly Func<object, object> load = ColumnTypes.Loader(type);
        readonly bool nullable = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;

        public object? Read(DbDataReader reader)
        {
            var stored = reader.GetValue(ordinal);
            if (stored is not DBNull)
                return load(stored);
            return nullable ? null : throw new InvalidOperationException($"Column {name} is null, and {type.Name} cannot be.");
        }
    }
}
