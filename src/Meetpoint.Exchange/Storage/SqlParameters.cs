using System.Data.Common;
using System.Reflection;

namespace Meetpoint.Exchange.Storage;

/// <summary>
/// Fills a command's parameters from the properties of an object. @agreement_id, @agreementId and @AgreementId all take the
/// property AgreementId; a property that the SQL does not name is ignored, one that it names and is not there is an error.
/// </summary>
sealed class SqlParameters
{
    /// <summary>A statement that runs this often is worth compiled access to what it takes; at the start that would cost more than it gives.</summary>
    const int BindsUntilCompiled = 200;

    static readonly MethodInfo Getter = typeof(SqlParameters).GetMethod(nameof(GetterOf), BindingFlags.Static | BindingFlags.NonPublic)!;

    readonly List<DbParameter> parameters = [];
    PropertyInfo[] properties = [];
    Func<object, object>[]? getters;
    Type? boundType;
    int binds;

    public SqlParameters(DbCommand command)
    {
        foreach (var name in Names(command.CommandText))
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name; // with its mark, as without it each run would look for the name under every mark there is
            command.Parameters.Add(parameter);
            parameters.Add(parameter);
        }
    }

    /// <summary>Sets every value; the shape of the object is looked at only when it differs from the last one's.</summary>
    /// <returns>True when the stored types were set anew, so that a prepared statement has to be prepared again.</returns>
    public bool Bind(object? values)
    {
        var rebound = false;
        if (parameters.Count > 0 && boundType != values?.GetType())
        {
            BindTo(values);
            rebound = true;
        }

        if (getters is null && ++binds == BindsUntilCompiled)
        {
            getters = [.. properties.Select(property =>
                (Func<object, object>)Getter.MakeGenericMethod(property.DeclaringType!, property.PropertyType).Invoke(null, [property])!)];
        }

        for (var i = 0; i < parameters.Count; i++)
            parameters[i].Value = getters is null ? ColumnTypes.Store(properties[i].GetValue(values)) : getters[i](values!);
        return rebound;
    }

    static Func<object, object> GetterOf<TOwner, TValue>(PropertyInfo property)
        where TOwner : class
    {
        var get = property.GetMethod!.CreateDelegate<Func<TOwner, TValue>>();
        return values => ColumnTypes.Store(get((TOwner)values));
    }

    /// <summary>The name that a column, a property and a parameter share: without underscores, in any case.</summary>
    public static string Normalise(string name) => name.Replace("_", "", StringComparison.Ordinal);

    void BindTo(object? values)
    {
        var type = values?.GetType() ?? throw new ArgumentException($"The SQL asks for {parameters[0].ParameterName}, and no parameters were given.");
        var byName = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.GetIndexParameters().Length == 0)
            .ToDictionary(p => Normalise(p.Name), StringComparer.OrdinalIgnoreCase);
        var found = new PropertyInfo[parameters.Count];
        for (var i = 0; i < parameters.Count; i++)
        {
            found[i] = byName.GetValueOrDefault(Normalise(parameters[i].ParameterName[1..]))
                ?? throw new ArgumentException($"The SQL asks for {parameters[i].ParameterName}, which the parameters lack.");
            parameters[i].DbType = ColumnTypes.StoredAs(found[i].PropertyType);
        }

        properties = found;
        boundType = type;
        getters = null;
        binds = type.IsValueType ? int.MinValue : 0;
    }

    /// <summary>The distinct names after @, outside of quotes and comments.</summary>
    internal static List<string> Names(string sql)
    {
        var names = new List<string>();
        for (var i = 0; i < sql.Length; i++)
        {
            switch (sql[i])
            {
                case '\'' or '"':
                    i = IndexOrEnd(sql, sql[i].ToString(), i + 1);
                    break;
                case '-' when i + 1 < sql.Length && sql[i + 1] == '-':
                    i = IndexOrEnd(sql, "\n", i + 2);
                    break;
                case '@':
                    var end = i + 1;
                    while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
                        end++;
                    var name = sql[(i + 1)..end];
                    if (name.Length > 0 && !names.Contains(name))
                        names.Add(name);
                    i = end - 1;
                    break;
            }
        }

        return names;
    }

    static int IndexOrEnd(string sql, string mark, int from)
    {
        var at = sql.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? sql.Length : at;
    }
}
