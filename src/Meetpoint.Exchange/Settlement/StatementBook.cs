using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>Statements of this exchange, their closing, and the comparison with the other side's. Thread safe.</summary>
public sealed class StatementBook(Store store, INniOutbox outbox, IUsageTerms terms)
{
    /// <summary>The question for the digest of a statement.</summary>
    public const string DigestQuery = "statement.digest";

    /// <summary>The statement of a month such as "2026-11"; null when there is no such agreement or month.</summary>
    public Statement? Build(string agreement, string period)
    {
        if (terms.Current(agreement) is not { } current || !StatementPeriod.TryParse(period, current.Agreement.TimeZone, out var month))
            return null;
        return store.Read(reader => StatementBuilder.Build(reader, current.Agreement, month!));
    }

    /// <summary>
    /// Closes a period: what is agreed stays, nothing comes in or leaves any more. Closing again changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such agreement or month.</exception>
    public Statement Close(StoreTransaction transaction, string agreement, string period, Instant now)
    {
        if (terms.Current(agreement) is not { } current || !StatementPeriod.TryParse(period, current.Agreement.TimeZone, out var month))
            throw new ArgumentException($"There is no agreement {agreement} or no month {period}.");
        var statement = StatementBuilder.Build(transaction, current.Agreement, month!);
        transaction.Execute(
            "insert into closed_periods (agreement, period, digest, closed_at) values (@agreement, @period, @digest, @now) on conflict do nothing",
            new { agreement, period, digest = statement.Digest(), now });
        return statement;
    }

    /// <summary>Whether the other side's statement is equal to ours.</summary>
    /// <exception cref="NniUnreachableException">The other side does not answer.</exception>
    /// <exception cref="ArgumentException">There is no such agreement or month.</exception>
    public async Task<StatementComparison> CompareAsync(string agreement, string period, Duration timeout)
    {
        var ours = Build(agreement, period) ?? throw new ArgumentException($"There is no agreement {agreement} or no month {period}.");
        if (terms.Current(agreement)!.IsServedHere)
            return new StatementComparison(ours.Digest(), ours.Digest()); // both parties have the one that is kept here
        var answer = await outbox.AskAsync(terms.Current(agreement)!.PeerExchange, DigestQuery,
            new JsonObject { ["agreement"] = agreement, ["period"] = period }, timeout);
        var theirs = answer["digest"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        return new StatementComparison(ours.Digest(), theirs);
    }

    /// <summary>Answers <see cref="DigestQuery"/>, to the peer of the agreement alone; others learn nothing.</summary>
    public Task<JsonObject> AnswerDigestAsync(string origin, JsonObject question)
    {
        var answer = new JsonObject();
        if (question["agreement"] is JsonValue agreement && agreement.TryGetValue<string>(out var id)
            && question["period"] is JsonValue period && period.TryGetValue<string>(out var month)
            && terms.Current(id)?.PeerExchange == origin && Build(id, month) is { } statement)
        {
            answer["digest"] = statement.Digest();
            answer["lines"] = statement.Lines.Length;
        }

        return Task.FromResult(answer);
    }
}

/// <summary>Two digests of one statement.</summary>
/// <param name="Ours">Of this exchange.</param>
/// <param name="Theirs">Of the other; null when it knows no such statement.</param>
public sealed record StatementComparison(string Ours, string? Theirs)
{
    /// <summary>True when both sides hold the same statement.</summary>
    public bool AreEqual => Ours == Theirs;
}
