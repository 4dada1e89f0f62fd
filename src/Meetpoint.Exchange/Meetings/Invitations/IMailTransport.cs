namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>What became of an attempt to send.</summary>
public enum MailOutcome
{
    /// <summary>The next server has taken the responsibility for it.</summary>
    Accepted,

    /// <summary>Not now: to be tried again.</summary>
    Later,

    /// <summary>Never: the address or the mail is refused.</summary>
    Refused,
}

/// <summary>The outcome, and the server's words for the operator.</summary>
public readonly record struct MailResult(MailOutcome Outcome, string Detail);

/// <summary>Hands a mail to a mail server.</summary>
public interface IMailTransport
{
    /// <summary>One attempt. Faults are outcomes; throws only when cancelled. Called by one caller at a time.</summary>
    Task<MailResult> SendAsync(OutgoingMail mail, CancellationToken cancellationToken);
}
