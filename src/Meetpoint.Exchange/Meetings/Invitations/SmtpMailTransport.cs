using System.Net;
using System.Net.Mail;
using System.Security.Authentication;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>The provider's mail server that takes what we send. Immutable.</summary>
/// <param name="Host">Its name, which its certificate bears.</param>
/// <param name="Port">587 for submission, 25 inside a network.</param>
public sealed record SmtpOptions(string Host, int Port)
{
    /// <summary>STARTTLS is asked for and insisted on.</summary>
    public bool StartTls { get; init; }

    /// <summary>Null: no AUTH.</summary>
    public string? UserName { get; init; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    /// <summary>For one mail, from connecting to the answer after DATA.</summary>
    public Duration Timeout { get; init; } = Duration.FromSeconds(30);
}

/// <summary>Sends by SMTP (RFC 5321) with the class library's client; a connection a mail.</summary>
/// <remarks>That client sets the Date field and the EHLO name itself; all else that a mail needs is shown on the wire by a test.</remarks>
public sealed class SmtpMailTransport(SmtpOptions options) : IMailTransport
{
    /// <inheritdoc/>
    public async Task<MailResult> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout.ToTimeSpan());
        try
        {
            using var message = MimeMail.Build(mail);
            using var client = new SmtpClient(options.Host, options.Port) { EnableSsl = options.StartTls, UseDefaultCredentials = false };
            if (options.UserName is { } user)
                client.Credentials = new NetworkCredential(user, options.Password);
            await client.SendMailAsync(message, limit.Token);
            return new MailResult(MailOutcome.Accepted, "");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailResult(MailOutcome.Later, $"no answer within {options.Timeout.TotalSeconds:F0} s");
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            return new MailResult(MailOutcome.Refused, fault.Message);
        }
        catch (SmtpException fault)
        {
            return new MailResult(IsFinal(fault.StatusCode) ? MailOutcome.Refused : MailOutcome.Later, Reason(fault));
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or AuthenticationException)
        {
            return new MailResult(MailOutcome.Later, fault.Message);
        }
    }

    /// <summary>
    /// The replies that speak of this mail or address. Others of 5xx (530, 535: log in first) speak of our configuration, which a
    /// person mends, and then the mail shall go.
    /// </summary>
    static bool IsFinal(SmtpStatusCode code) => code is
        SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.UserNotLocalTryAlternatePath or SmtpStatusCode.ExceededStorageAllocation or
        SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.TransactionFailed;

    static string Reason(SmtpException fault) =>
        fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message;
}
