using Meetpoint.Exchange;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Nni;
using Microsoft.Extensions.Logging;

namespace Meetpoint;

/// <summary>The exchange's log lines, each with its stable event id. Strangers are sampled: one a second, with how many there were.</summary>
sealed partial class ExchangeLog(ILogger<ExchangeLog> logger, TimeProvider time) : IExchangeLog
{
    const string CertificateEvents = "nni.certificate.";

    static readonly TimeSpan Sample = TimeSpan.FromSeconds(1);

    readonly Lock _sampling = new();
    ITimer? _sample;
    bool _isSampling;
    long _strangers;
    string _lastStranger = "";
    long _nextCertificateTimestamp;

    public void Refused(in Refusal refusal, string flow, string target)
    {
        var row = refusal.Row;
        if (row.Sampled)
        {
            Stranger(flow);
            return;
        }

        if (logger.IsEnabled(row.LogLevel))
        {
            // The id and the name come from the table, so that a reason has one number everywhere.
            logger.Log(
                row.LogLevel, new EventId(row.EventId, row.EventCode),
                "{Description} asked={Target} from={Flow}", refusal.Describe(), target, flow);
        }
    }

    /// <summary>The first is written at once, what follows within a second together at its end: none goes unsaid, and nobody fills the log.</summary>
    public void Stranger(string flow)
    {
        lock (_sampling)
        {
            _strangers++;
            _lastStranger = flow;
            if (_isSampling)
                return;
            _isSampling = true;
            WriteStrangers();
            _sample ??= time.CreateTimer(_ => OnSampleEnd(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _sample.Change(Sample, Timeout.InfiniteTimeSpan);
        }
    }

    public void Malformed(string flow, string reason) => MalformedMessage(logger, reason, flow);

    public void Unreachable(string peer, string reason) => PeerUnreachable(logger, reason, peer);

    public void Nni(NniEvent e)
    {
        // Without an exchange it is the certificate of a stranger, and anyone may show one as often as he likes.
        var isStranger = e.Exchange is null && e.Code.StartsWith(CertificateEvents, StringComparison.Ordinal) && !e.Code.EndsWith("renewed", StringComparison.Ordinal);
        if (!isStranger || IsTurn(ref _nextCertificateTimestamp))
            NniHappened(logger, e.Code, e.Exchange, e.Detail);
    }

    public void Mail(MailAttempt attempt)
    {
        if (attempt.Result.Outcome == MailOutcome.Accepted)
            MailSent(logger, attempt.MailId, attempt.ToAddress);
        else
            MailFailed(logger, attempt.MailId, attempt.ToAddress, attempt.Result.Outcome, attempt.Result.Detail, attempt.Attempt);
    }

    public void Fault(string where, Exception exception) => Failed(logger, exception, where);

    void OnSampleEnd()
    {
        lock (_sampling)
        {
            _isSampling = _strangers > 0;
            if (!_isSampling)
                return;
            WriteStrangers();
            _sample!.Change(Sample, Timeout.InfiniteTimeSpan);
        }
    }

    void WriteStrangers()
    {
        StrangerSeen(logger, _lastStranger, _strangers);
        _strangers = 0;
    }

    /// <summary>True once a second.</summary>
    bool IsTurn(ref long nextTimestamp)
    {
        var now = time.GetTimestamp();
        var next = Volatile.Read(ref nextTimestamp);
        return now >= next && Interlocked.CompareExchange(ref nextTimestamp, now + time.TimestampFrequency, next) == next;
    }

    [LoggerMessage(1001, LogLevel.Warning, "refused.unknown-sender {Count} message(s), the last from {Flow}", EventName = "refused.unknown-sender")]
    static partial void StrangerSeen(ILogger logger, string flow, long count);

    [LoggerMessage(1100, LogLevel.Warning, "sip.malformed {Reason} from {Flow}", EventName = "sip.malformed")]
    static partial void MalformedMessage(ILogger logger, string reason, string flow);

    [LoggerMessage(1101, LogLevel.Warning, "sip.unreachable {Reason} with {Peer}", EventName = "sip.unreachable")]
    static partial void PeerUnreachable(ILogger logger, string reason, string peer);

    [LoggerMessage(1200, LogLevel.Information, "{Code} {Exchange} {Detail}", EventName = "nni")]
    static partial void NniHappened(ILogger logger, string code, string? exchange, string detail);

    [LoggerMessage(1300, LogLevel.Information, "mail.sent {MailId} to {To}", EventName = "mail.sent")]
    static partial void MailSent(ILogger logger, string mailId, string to);

    [LoggerMessage(1301, LogLevel.Warning, "mail.failed {MailId} to {To}: {Outcome}, {Detail}, attempt {Attempt}", EventName = "mail.failed")]
    static partial void MailFailed(ILogger logger, string mailId, string to, MailOutcome outcome, string detail, int attempt);

    [LoggerMessage(1900, LogLevel.Error, "fault in {Where}", EventName = "fault")]
    static partial void Failed(ILogger logger, Exception exception, string where);
}
