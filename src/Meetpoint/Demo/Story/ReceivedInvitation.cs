using System.Text;

namespace Meetpoint.Demo.Story;

/// <summary>An invitation as its recipient's mail program sees it.</summary>
/// <param name="From">From header, decoded.</param>
/// <param name="To">To header, decoded.</param>
/// <param name="Subject">Subject header, decoded.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Attachment">File name of the calendar that is attached; null without.</param>
/// <param name="Method">The calendar's METHOD; null without.</param>
/// <param name="Uid">The calendar's UID; null without.</param>
sealed record ReceivedInvitation(string From, string To, string Subject, string Text, string? Attachment, string? Method, string? Uid)
{
    /// <summary>Reads a mail.</summary>
    public static ReceivedInvitation Of(ReceivedMail mail)
    {
        var message = MimeMessage.Parse(mail.Data);
        var calendar = message.Leaves.FirstOrDefault(part => part.FileName is not null && part.FileName.EndsWith(".ics", StringComparison.OrdinalIgnoreCase));
        var lines = calendar is null ? [] : Encoding.UTF8.GetString(calendar.Content).ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal).Split('\n');
        return new ReceivedInvitation(
            message.Header("From"), message.Header("To"), message.Header("Subject"),
            message.Leaves.FirstOrDefault(part => part.MediaType == "text/plain")?.Text ?? "",
            calendar?.FileName, Property("METHOD:"), Property("UID:"));

        string? Property(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase))?[name.Length..];
    }
}
