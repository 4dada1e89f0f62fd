using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Invitations;

/// <summary>What the outbox does, whichever database it is in.</summary>
public abstract class MailSenderContract : IAsyncLifetime
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly ManualClock clock = new() { Now = Sample.Now };
    readonly ScriptedTransport transport = new();
    readonly List<MailAttempt> attempts = [];
    readonly MailOutbox outbox;
    Store store = null!;

    protected MailSenderContract() => outbox = new MailOutbox(clock);

    /// <summary>A new database, inline.</summary>
    protected abstract Store Open(IReadOnlyList<Migration> migrations);

    public ValueTask InitializeAsync()
    {
        store = Open(MailOutbox.Migrations);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    MailSender Sender() => new(store, outbox, transport, clock, attempts.Add);

    Task<bool> EnqueueAsync(string id = "mail-1") => store.WriteAsync(transaction => outbox.Enqueue(transaction, Sample.Mail(id)));

    [Fact]
    public async Task SendDueAsync_EnqueuedMail_IsSentAsItWasAndOnce()
    {
        await EnqueueAsync();
        (await Sender().SendDueAsync(Cancel)).ShouldBe(1);
        (await Sender().SendDueAsync(Cancel)).ShouldBe(0);
        transport.Sent.Single().ShouldBeEquivalentTo(Sample.Mail());
    }

    [Fact]
    public async Task Enqueue_SameIdAgain_IsTheSameMailEvenWhenSent()
    {
        (await EnqueueAsync()).ShouldBeTrue();
        (await EnqueueAsync()).ShouldBeFalse();
        await Sender().SendDueAsync(Cancel);
        (await EnqueueAsync()).ShouldBeFalse();
        (await Sender().SendDueAsync(Cancel)).ShouldBe(0);
        transport.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Enqueue_TransactionRolledBack_SendsNothing()
    {
        await Should.ThrowAsync<InvalidOperationException>(store.WriteAsync(transaction =>
        {
            outbox.Enqueue(transaction, Sample.Mail());
            throw new InvalidOperationException("the booking failed");
        }));
        (await Sender().SendDueAsync(Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task SendDueAsync_ServerIsBusy_TriesAgainLaterAndLater()
    {
        transport.Next = new MailResult(MailOutcome.Later, "busy");
        await EnqueueAsync();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await Sender().SendDueAsync(Cancel);
            attempts.Count.ShouldBe(attempt);
            clock.Now += MailSender.DelayAfter(attempt) - Duration.FromSeconds(1);
            await Sender().SendDueAsync(Cancel);
            attempts.Count.ShouldBe(attempt, "it is not due yet");
            clock.Now += Duration.FromSeconds(1);
        }

        transport.Next = new MailResult(MailOutcome.Accepted, "");
        (await Sender().SendDueAsync(Cancel)).ShouldBe(1);
        attempts[^1].Attempt.ShouldBe(5);
        transport.Sent.Select(mail => mail.MessageId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task SendDueAsync_NeverAccepted_GivesUpAfterTheLimitAndSaysSo()
    {
        transport.Next = new MailResult(MailOutcome.Later, "busy");
        await EnqueueAsync();
        for (var i = 0; i < MailSender.MaxAttempts + 5; i++)
        {
            await Sender().SendDueAsync(Cancel);
            clock.Now += Duration.FromHours(1);
        }

        attempts.Count.ShouldBe(MailSender.MaxAttempts);
        attempts[^1].Final.ShouldBeTrue();
        attempts[^2].Final.ShouldBeFalse();
    }

    [Fact]
    public async Task SendDueAsync_Refused_IsNotTriedAgainAndHoldsNoOtherMailBack()
    {
        transport.Next = new MailResult(MailOutcome.Refused, "no such user");
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await Sender().SendDueAsync(Cancel);
        clock.Now += Duration.FromDays(1);
        await Sender().SendDueAsync(Cancel);
        attempts.Select(attempt => (attempt.MailId, attempt.Final)).ShouldBe([("a", true), ("b", true)]);
    }

    [Fact]
    public async Task SendDueAsync_MailIsDone_KeepsNothingOfWhatItSaid()
    {
        await EnqueueAsync();
        await Sender().SendDueAsync(Cancel);
        store.Read(reader => reader.Single<(string, string, string, long)>("select state, text_body, html_body, length(calendar) from mail_outbox"))
            .ShouldBe(("sent", "", "", 0));
    }

    [Fact]
    public async Task SendDueAsync_CrashAfterTheServerTookIt_SendsAgainUnderTheSameId()
    {
        await EnqueueAsync();
        transport.Crash = true;
        await Should.ThrowAsync<IOException>(Sender().SendDueAsync(Cancel));
        transport.Crash = false;
        (await Sender().SendDueAsync(Cancel)).ShouldBe(1);
        transport.Sent.Select(mail => mail.MessageId).ShouldBe(["<mail-1@liberty.example>", "<mail-1@liberty.example>"]);
    }

    [Fact]
    public async Task RunAsync_MailEnqueuedWhileItWaits_IsSentAtOnce()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Sender().RunAsync(stop.Token);
        await EnqueueAsync();
        await transport.FirstSent.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    sealed class ManualClock : IClock
    {
        public Instant Now { get; set; }

        public Instant GetCurrentInstant() => Now;
    }

    sealed class ScriptedTransport : IMailTransport
    {
        readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<OutgoingMail> Sent { get; } = [];

        public Task FirstSent => first.Task;

        public MailResult Next { get; set; } = new(MailOutcome.Accepted, "");

        public bool Crash { get; set; }

        public Task<MailResult> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
        {
            Sent.Add(mail);
            first.TrySetResult();
            return Crash ? throw new IOException("the process ends here") : Task.FromResult(Next);
        }
    }
}
