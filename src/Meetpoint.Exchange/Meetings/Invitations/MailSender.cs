using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>A mail that is done with.</summary>
/// <param name="MailId">Its id.</param>
/// <param name="ToAddress">To whom.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Attempt">Which attempt this was, from 1.</param>
/// <param name="Final">It is not tried again.</param>
public readonly record struct MailAttempt(string MailId, string ToAddress, MailResult Result, int Attempt, bool Final);

/// <summary>
/// Sends what the outbox holds: at least once, since a crash between the server's answer and our commit sends again, under the
/// same Message-ID, by which mail servers and people's programs know it for the same.
/// </summary>
/// <param name="store">Where the outbox is.</param>
/// <param name="outbox">The outbox.</param>
/// <param name="transport">Takes the mails.</param>
/// <param name="clock">What is due.</param>
/// <param name="attempted">Told of each attempt after it was noted; for the log.</param>
public sealed class MailSender(Store store, MailOutbox outbox, IMailTransport transport, IClock clock, Action<MailAttempt>? attempted = null)
{
    /// <summary>Attempts for one mail. With <see cref="DelayAfter"/> they spread over two days and more, longer than a weekend's night shift.</summary>
    public const int MaxAttempts = 60;

    /// <summary>Mails read at once.</summary>
    const int BatchSize = 50;

    static readonly Duration FirstDelay = Duration.FromSeconds(15);
    static readonly Duration LongestDelay = Duration.FromHours(1);
    static readonly Duration LongestWait = Duration.FromSeconds(60);

    /// <summary>How long after so many failed attempts the next one is made: 15 s, doubled each time, an hour at most.</summary>
    public static Duration DelayAfter(int attempts) =>
        Duration.Min(LongestDelay, FirstDelay * (1L << Math.Clamp(attempts - 1, 0, 10)));

    /// <summary>Sends until cancelled. One at a time for an outbox.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await SendDueAsync(cancellationToken);
            var next = store.Read(MailOutbox.NextDue);
            var wait = next is { } due ? Duration.Max(due - clock.GetCurrentInstant(), Duration.Zero) : LongestWait;
            await outbox.WaitAsync(Duration.Min(wait, LongestWait).ToTimeSpan(), cancellationToken);
        }
    }

    /// <summary>Attempts every mail that is due, once each; gives how many were accepted.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var accepted = 0;
        while (true)
        {
            // What is attempted moves out of the due ones by the note made of it, so the next batch is another.
            var now = clock.GetCurrentInstant();
            var batch = store.Read(reader => MailOutbox.Due(reader, now, BatchSize));
            if (batch.Count == 0)
                return accepted;
            foreach (var queued in batch)
            {
                var result = await transport.SendAsync(queued.Mail, cancellationToken);
                await NoteAsync(queued, result);
                if (result.Outcome == MailOutcome.Accepted)
                    accepted++;
            }
        }
    }

    async Task NoteAsync(QueuedMail mail, MailResult result)
    {
        var now = clock.GetCurrentInstant();
        var attempt = mail.Attempts + 1;
        var final = result.Outcome != MailOutcome.Later || attempt >= MaxAttempts;
        await store.WriteAsync(transaction =>
        {
            if (final)
                MailOutbox.Close(transaction, mail.Id, result.Outcome == MailOutcome.Accepted, result.Detail, now);
            else
                MailOutbox.Postpone(transaction, mail.Id, result.Detail, now + DelayAfter(attempt));
        });
        attempted?.Invoke(new MailAttempt(mail.Id, mail.ToAddress, result, attempt, final));
    }
}
