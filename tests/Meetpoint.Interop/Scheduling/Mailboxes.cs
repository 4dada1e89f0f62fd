using Meetpoint.Calendar;
using Meetpoint.Demo;
using Meetpoint.Demo.Story;

namespace Meetpoint.Interop.Scheduling;

/// <summary>The mail that arrived, by its recipient. Thread safe.</summary>
sealed class Mailboxes : IAsyncDisposable
{
    readonly Lock _lock = new();
    readonly List<ArrivedMail> _arrived = [];
    readonly CancellationTokenSource _stopping = new();
    readonly Task _reading;

    public Mailboxes(SmtpSink sink) => _reading = ReadAsync(sink);

    /// <summary>Waits for a mail about a meeting to one recipient.</summary>
    /// <param name="recipient">To whom.</param>
    /// <param name="uid">The UID of the calendar in it.</param>
    /// <param name="subject">What the subject begins with.</param>
    public Task<ArrivedMail> ForAsync(string recipient, string uid, string subject = "Invitation: ") => Expect.EventuallyAsync(
        () => Task.FromResult(All(recipient).LastOrDefault(mail => mail.Event.Uid == uid && mail.Subject.StartsWith(subject, StringComparison.Ordinal))),
        SchedulingWorld.Soon, $"a mail '{subject}...' to {recipient}", () => string.Join(", ", All(recipient).Select(mail => mail.Subject)));

    /// <summary>Everything that one recipient has.</summary>
    public IReadOnlyList<ArrivedMail> All(string recipient)
    {
        lock (_lock)
            return [.. _arrived.Where(mail => mail.Recipient == recipient)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        _stopping.Dispose();
    }

    async Task ReadAsync(SmtpSink sink)
    {
        try
        {
            while (true)
            {
                var mail = ArrivedMail.Of(await sink.NextAsync(_stopping.Token));
                lock (_lock)
                    _arrived.Add(mail);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}

/// <summary>A mail as its recipient's programs see it.</summary>
/// <param name="Recipient">Of the envelope.</param>
/// <param name="From">From header, decoded.</param>
/// <param name="Subject">Subject header, decoded.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Itip">The calendar that is attached.</param>
/// <param name="Calendar">The calendar's lines, unfolded.</param>
sealed record ArrivedMail(string Recipient, string From, string Subject, string Text, ItipMessage Itip, IReadOnlyList<string> Calendar)
{
    /// <summary>What the calendar is about.</summary>
    public CalendarEvent Event => Itip.Events.Single();

    public static ArrivedMail Of(ReceivedMail mail)
    {
        var message = MimeMessage.Parse(mail.Data);
        var file = message.Leaves.Single(part => part.FileName == "invite.ics").Content;
        Assert.True(ItipMessage.TryRead(file, out var itip, out var error), $"the attached calendar cannot be read: {error}");
        var lines = System.Text.Encoding.UTF8.GetString(file).Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        return new ArrivedMail(
            mail.Recipients.Single(), message.Header("From"), message.Header("Subject"),
            message.Leaves.Single(part => part.MediaType == "text/plain").Text, itip, lines);
    }

    /// <summary>The first line of a property, as VEVENT has it.</summary>
    public string Line(string property) => Calendar.SkipWhile(line => line != "BEGIN:VEVENT")
        .First(line => line.StartsWith(property, StringComparison.Ordinal) && line[property.Length] is ':' or ';');

    /// <summary>A link that stands after a word in the text, such as "Accept".</summary>
    public Uri Link(string word) => new(Text.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith(word + ": http", StringComparison.Ordinal))[(word.Length + 2)..]);
}
