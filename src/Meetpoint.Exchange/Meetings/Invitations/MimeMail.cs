using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>A mail as MIME: multipart/mixed of (multipart/alternative of text, HTML and calendar) and the .ics file.</summary>
/// <remarks>
/// The calendar stands twice, as other systems send it: as the last alternative, with its method, for programs that answer in
/// place (RFC 6047 section 2.4), and as a file for those that only open attachments.
/// </remarks>
static class MimeMail
{
    /// <summary>The message; the caller disposes it.</summary>
    /// <exception cref="FormatException">An address is none.</exception>
    public static MailMessage Build(OutgoingMail mail)
    {
        var message = new MailMessage
        {
            From = new MailAddress(mail.FromAddress, mail.FromName, Encoding.UTF8),
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        try
        {
            message.To.Add(new MailAddress(mail.ToAddress, mail.ToName, Encoding.UTF8));
            message.ReplyToList.Add(new MailAddress(mail.ReplyToAddress, mail.ReplyToName, Encoding.UTF8));
            message.Headers.Add("Message-ID", mail.MessageId);

            // Programs that answer mail by themselves keep quiet (RFC 3834 section 5); Outlook takes the mail for an invitation.
            message.Headers.Add("Auto-Submitted", "auto-generated");
            message.Headers.Add("Content-Class", "urn:content-classes:calendarmessage");
            message.AlternateViews.Add(Text(mail.TextBody, MediaTypeNames.Text.Plain));
            message.AlternateViews.Add(Text(mail.HtmlBody, MediaTypeNames.Text.Html));
            message.AlternateViews.Add(new AlternateView(new MemoryStream(mail.Calendar), CalendarType(mail)) { TransferEncoding = TransferEncoding.Base64 });
            message.Attachments.Add(File(mail));
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    static AlternateView Text(string body, string mediaType)
    {
        var type = new ContentType(mediaType) { CharSet = "utf-8" };
        return new AlternateView(new MemoryStream(Encoding.UTF8.GetBytes(body)), type) { TransferEncoding = TransferEncoding.QuotedPrintable };
    }

    static ContentType CalendarType(OutgoingMail mail)
    {
        var type = new ContentType("text/calendar") { CharSet = "utf-8" };
        type.Parameters["method"] = mail.CalendarMethod;
        return type;
    }

    static Attachment File(OutgoingMail mail)
    {
        var type = new ContentType("application/ics") { Name = "invite.ics" };
        var file = new Attachment(new MemoryStream(mail.Calendar), type) { TransferEncoding = TransferEncoding.Base64 };
        file.ContentDisposition!.FileName = "invite.ics";
        return file;
    }
}
