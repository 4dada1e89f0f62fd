using System.Data;
using System.Data.Common;

namespace Meetpoint.Exchange.Storage;

/// <summary>A connection with its prepared statements. One thread at a time.</summary>
sealed class StoreConnection(DbConnection connection, SqlDatabase database) : IDisposable
{
    /// <summary>Statements kept prepared. SQL is written in the source, so the number is small; text built at run time must not leak.</summary>
    const int StatementLimit = 500;

    readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    public bool IsOpen => connection.State == ConnectionState.Open;

    public IReadOnlyList<T> Query<T>(string sql, object? parameters) => Translated(sql, parameters, static statement =>
    {
        var rows = new List<T>();
        using var reader = statement.Command.ExecuteReader();
        var mapper = statement.MapperFor<T>(reader);
        while (reader.Read())
            rows.Add(mapper.Read(reader));
        return rows;
    });

    public T? Single<T>(string sql, object? parameters)
    {
        var rows = Query<T>(sql, parameters);
        return rows.Count switch
        {
            0 => default,
            1 => rows[0],
            _ => throw new InvalidOperationException($"{rows.Count} rows where one was expected: {sql}"),
        };
    }

    public int Execute(string sql, object? parameters) =>
        Translated(sql, parameters, static statement => statement.Command.ExecuteNonQuery());

    /// <summary>Runs text once: the schema's statements, which are not worth preparing.</summary>
    public void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DbException e)
        {
            throw database.Translate(e);
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Command.Dispose();
        connection.Dispose();
    }

    TResult Translated<TResult>(string sql, object? parameters, Func<Statement, TResult> run)
    {
        var statement = Find(sql);
        try
        {
            if (statement.Parameters.Bind(parameters) || !statement.Prepared)
            {
                statement.Command.Prepare();
                statement.Prepared = true;
            }

            return run(statement);
        }
        catch (DbException e)
        {
            throw database.Translate(e);
        }
        catch (InvalidOperationException e) when (!IsOpen)
        {
            // Npgsql says so of a connection that the server closed.
            throw new StoreUnavailableException("The connection to the database is lost.", outcomeUnknown: false, e);
        }
    }

    Statement Find(string sql)
    {
        if (statements.TryGetValue(sql, out var statement))
            return statement;
        if (statements.Count >= StatementLimit)
        {
            foreach (var old in statements.Values)
                old.Command.Dispose();
            statements.Clear();
        }

        var command = connection.CreateCommand();
        command.CommandText = sql;
        return statements[sql] = new Statement(command);
    }

    sealed class Statement(DbCommand command)
    {
        object? mapper;

        public DbCommand Command => command;

        public SqlParameters Parameters { get; } = new(command);

        public bool Prepared { get; set; }

        public RowMapper<T> MapperFor<T>(DbDataReader reader)
        {
            if (mapper is RowMapper<T> known)
                return known;
            var made = RowMapper<T>.For(reader);
            mapper = made;
            return made;
        }
    }
}
