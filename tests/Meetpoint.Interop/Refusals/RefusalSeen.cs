using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meetpoint.Demo.World;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Refusals;

/// <summary>Holds a refusal to its row of the table: what the wire said, the one log line, and the event that the incident leads to.</summary>
static partial class RefusalSeen
{
    /// <summary>A final answer in SIP; gives its log line.</summary>
    /// <param name="border">Whose Albion said it.</param>
    /// <param name="mark">Where the log ended before.</param>
    /// <param name="answer">The answer, whole.</param>
    /// <param name="reason">The row.</param>
    /// <param name="words">What else the log line must have.</param>
    public static Task<string> OnSipAsync(BorderWorld border, long mark, string answer, RefusalReason reason, params string[] words) =>
        OnSipAsync(border.Albion, border.Log, mark, answer, reason, words);

    /// <inheritdoc cref="OnSipAsync(BorderWorld, long, string, RefusalReason, string[])"/>
    public static async Task<string> OnSipAsync(DemoExchange exchange, ExchangeLogFile log, long mark, string answer, RefusalReason reason, params string[] words)
    {
        var row = RefusalTable.Row(reason);
        Assert.StartsWith($"SIP/2.0 {row.SipStatus} {row.SipPhrase}\r\n", answer, StringComparison.Ordinal);
        var cause = SipText.Header(answer, "Reason");
        if (row.Q850Cause > 0)
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Q.850;cause={row.Q850Cause}"), cause, StringComparison.Ordinal);
        else
            Assert.Null(cause);
        RetryAfter(row, SipText.Header(answer, "Retry-After"));
        var incident = SipText.Header(answer, RefusalTable.IncidentHeader);
        Assert.Equal(row.ShowsIncident, incident is not null);
        // The wire is told no more than it should know.
        if (row.ShowsIncident)
            Assert.DoesNotContain(row.EventCode["refused.".Length..], answer, StringComparison.Ordinal);
        return await LoggedAsync(log, exchange, mark, row, incident, words);
    }

    /// <summary>A problem of the API (RFC 9457); gives its log line.</summary>
    public static Task<string> OnApiAsync(BorderWorld border, long mark, RawHttp.Reply reply, RefusalReason reason, params string[] words) =>
        OnApiAsync(border.Albion, border.Log, mark, reply, reason, words);

    /// <inheritdoc cref="OnApiAsync(BorderWorld, long, RawHttp.Reply, RefusalReason, string[])"/>
    public static async Task<string> OnApiAsync(DemoExchange exchange, ExchangeLogFile log, long mark, RawHttp.Reply reply, RefusalReason reason, params string[] words)
    {
        var row = RefusalTable.Row(reason);
        Assert.True(reply.Status == row.ApiStatus, $"expected {row.ApiStatus} {row.ApiType}; instead {reply.Status}: {reply.Body}");
        Assert.Equal("application/problem+json", reply.ContentType);
        Assert.Equal(row.ApiType, reply.Type);
        Assert.Equal(row.ApiTitle, (string?)reply.Body!["title"]);
        Assert.Equal(row.ApiStatus, (int?)reply.Body["status"]);
        Assert.NotEmpty((string?)reply.Body["detail"] ?? "");
        Assert.NotNull(reply.Incident);
        Assert.Equal(reply.Incident, (string?)reply.Body["incident"]);
        RetryAfter(row, reply.RetryAfter);
        return await LoggedAsync(log, exchange, mark, row, reply.Incident, words);
    }

    /// <summary>
    /// A booking that Liberty refused by a signed message: the organiser's API says the same, and Liberty's own incident stands in the detail, in
    /// Liberty's log, and under it Liberty's event.
    /// </summary>
    public static async Task OnNniAsync(BorderWorld border, long mark, long libertyMark, RawHttp.Reply reply, RefusalReason reason)
    {
        await OnApiAsync(border, mark, reply, reason);
        var theirs = Incident().Match((string)reply.Body!["detail"]!);
        Assert.True(theirs.Success, $"expected Liberty's incident in the detail; instead: {reply.Body["detail"]}");
        Assert.NotEqual(reply.Incident, theirs.Value);
        await LoggedAsync(border.LibertyLog, border.Liberty, libertyMark, RefusalTable.Row(reason), theirs.Value);
    }

    static void RetryAfter(RefusalRow row, string? value)
    {
        if (row.RetryAfter)
            Assert.InRange(int.Parse(value!, CultureInfo.InvariantCulture), 1, 86_400);
        else
            Assert.Null(value);
    }

    static async Task<string> LoggedAsync(ExchangeLogFile log, DemoExchange exchange, long mark, RefusalRow row, string? incident, params string[] words)
    {
        var code = string.Create(CultureInfo.InvariantCulture, $"[{row.EventId}] {row.EventCode} ");
        var line = await log.OneLineAsync(mark, [code, .. incident is null ? (string[])[] : [incident], .. words]);
        var logged = Incident().Match(line).Value;
        var events = (await exchange.Api.GetAsync($"events?incident={logged}"))["items"]!.AsArray();
        Assert.Contains(events, item => (string?)item!["code"] == row.EventCode && (string?)item["attributes"]!["incident"] == logged);
        return line;
    }

    [GeneratedRegex("inc_[0-9a-z]{13}")]
    private static partial Regex Incident();
}
