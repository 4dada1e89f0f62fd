using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>The outbox holds as many mails as it may; what asked for one more is rolled back.</summary>
public sealed class MailOutboxFullException(int limit) : Exception($"{limit} mails wait to be sent already.");

/// <summary>Mails that wait to be sent, durable from the commit that made them necessary. Thread safe.</summary>
public sealed class MailOutbox(IClock clock)
{
    /// <summary>Mails that may wait. A provider's mail server that is down for a day at the busiest is some thousands.</summary>
    public const int MaxQueued = 20_000;

    readonly SemaphoreSlim queued = new(0, 1);

    /// <summary>The schema.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new Migration("mail-001", "mails that wait to be sent",
            """
            create table mail_outbox (
              id {text} primary key,
              state {text} not null check (state in ('queued', 'sent', 'failed')),
              enqueued_at {bigint} not null,
              due_at {bigint} not null,
              attempts {bigint} not null,
              last_error {text},
              done_at {bigint},
              from_name {text} not null,
              from_address {text} not null,
              to_name {text} not null,
              to_address {text} not null,
              reply_to_name {text} not null,
              reply_to_address {text} not null,
              subject {text} not null,
              text_body {text} not null,
              html_body {text} not null,
              calendar_method {text} not null,
              calendar {blob} not null) {strict}
            """,
            "create index mail_outbox_due on mail_outbox (due_at) where state = 'queued'"),
    ];

    /// <summary>
    /// Puts a mail into the outbox within the transaction of what it tells of. A mail whose id is there already, sent or not, is
    /// left alone.
    /// </summary>
    /// <returns>False when it was there already.</returns>
    /// <exception cref="MailOutboxFullException"><see cref="MaxQueued"/> wait.</exception>
    public bool Enqueue(StoreTransaction transaction, OutgoingMail mail)
    {
        if (transaction.Single<int>("select count(*) from mail_outbox where state = 'queued'") >= MaxQueued)
            throw new MailOutboxFullException(MaxQueued);
        var now = clock.GetCurrentInstant();
        var added = transaction.Execute(
            """
            insert into mail_outbox (id, state, enqueued_at, due_at, attempts, from_name, from_address, to_name, to_address,
              reply_to_name, reply_to_address, subject, text_body, html_body, calendar_method, calendar)
            values (@id, 'queued', @now, @now, 0, @from_name, @from_address, @to_name, @to_address,
              @reply_to_name, @reply_to_address, @subject, @text_body, @html_body, @calendar_method, @calendar)
            on conflict (id) do nothing
            """,
            new
            {
                mail.Id, now, mail.FromName, mail.FromAddress, mail.ToName, mail.ToAddress, mail.ReplyToName, mail.ReplyToAddress,
                mail.Subject, mail.TextBody, mail.HtmlBody, mail.CalendarMethod, mail.Calendar,
            });
        if (added > 0)
            transaction.AfterCommit(Wake);
        return added > 0;
    }

    /// <summary>Waits until a mail was enqueued since the last wait, or the time is over.</summary>
    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => queued.WaitAsync(atMost, cancellationToken);

    /// <summary>The mails that are due, the longest waiting first.</summary>
    internal static IReadOnlyList<QueuedMail> Due(StoreReader reader, Instant now, int limit) => reader.Query<QueuedMail>(
        """
        select id, attempts, from_name, from_address, to_name, to_address, reply_to_name, reply_to_address, subject, text_body,
          html_body, calendar_method, calendar
        from mail_outbox where state = 'queued' and due_at <= @now order by due_at, id limit @limit
        """,
        new { now, limit });

    /// <summary>When the next mail falls due; null when none waits.</summary>
    internal static Instant? NextDue(StoreReader reader) => reader.Single<Instant?>("select min(due_at) from mail_outbox where state = 'queued'");

    /// <summary>Notes a mail as done with. Its id stays, so that it is not sent again; what it said, which may hold a PIN, goes.</summary>
    internal static void Close(StoreTransaction transaction, string id, bool sent, string? error, Instant now) => transaction.Execute(
        """
        update mail_outbox set state = @state, done_at = @now, attempts = attempts + 1, last_error = @error,
          text_body = '', html_body = '', calendar = @nothing where id = @id
        """,
        new { id, state = sent ? "sent" : "failed", now, error, nothing = Array.Empty<byte>() });

    /// <summary>Notes an attempt that failed, and when the next one is due.</summary>
    internal static void Postpone(StoreTransaction transaction, string id, string error, Instant dueAt) => transaction.Execute(
        "update mail_outbox set attempts = attempts + 1, last_error = @error, due_at = @due_at where id = @id",
        new { id, error, dueAt });

    void Wake()
    {
        try
        {
            queued.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake, or will be.
        }
    }
}

/// <summary>A mail from the outbox.</summary>
sealed record QueuedMail(
    string Id, int Attempts, string FromName, string FromAddress, string ToName, string ToAddress, string ReplyToName, string ReplyToAddress,
    string Subject, string TextBody, string HtmlBody, string CalendarMethod, byte[] Calendar)
{
    public OutgoingMail Mail => new()
    {
        Id = Id,
        FromName = FromName,
        FromAddress = FromAddress,
        ToName = ToName,
        ToAddress = ToAddress,
        ReplyToName = ReplyToName,
        ReplyToAddress = ReplyToAddress,
        Subject = Subject,
        TextBody = TextBody,
        HtmlBody = HtmlBody,
        CalendarMethod = CalendarMethod,
        Calendar = Calendar,
    };
}
