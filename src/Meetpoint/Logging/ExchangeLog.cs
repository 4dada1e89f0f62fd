using Meetpoint.Exchange;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Nni;
using Microsoft.Extensions.Logging;

namespace Meetpoint.Logging;

/// <summary>The exchange's log lines, each with its stable event id. What strangers can cause is sampled: a line a second, with how many there were.</summary>
sealed partial class ExchangeLog : IExchangeLog
{
    const string Strangers = "refused.unknown-sender";
    const string Discarded = "radius.discarded";
    const string Noted = "radius.noted";
    const string NotCounted = "roaming.not-counted";
    const string Crossed = "roaming.crossed";
    const string CertificateEvents = "nni.certificate.";

    static readonly RefusalRow WrongCredentials = RefusalTable.Row(RefusalReason.WrongCredentials);

    readonly ILogger<ExchangeLog> _logger;
    readonly SampledLine<string, string> _sampled;

    public ExchangeLog(ILogger<ExchangeLog> logger, TimeProvider time)
    {
        _logger = logger;
        _sampled = new(time, (code, last, count) =>
        {
            if (code == Strangers)
                StrangerSeen(logger, count, last);
            else if (code == Discarded)
                PacketDiscarded(logger, count, last);
            else if (code == Noted)
                PacketNoted(logger, count, last);
            else if (code == NotCounted)
                ReportNotCounted(logger, count, last);
            else if (code == WrongCredentials.EventCode)
                logger.Log(WrongCredentials.LogLevel, new EventId(WrongCredentials.EventId, code), "{Code} {Count} message(s), the last from {Flow}", code, count, last);
            else
                NniHappened(logger, code, null, $"{last}, {count} since the last");
        });
    }

    public void Refused(in Refusal refusal, string flow, string target)
    {
        var row = refusal.Row;
        if (row.Sampled)
        {
            _sampled.Add(row.EventCode, flow);
            return;
        }

        if (_logger.IsEnabled(row.LogLevel))
        {
            // The id and the name come from the table, so that a reason has one number everywhere.
            _logger.Log(
                row.LogLevel, new EventId(row.EventId, row.EventCode),
                "{Description} asked={Target} from={Flow}", refusal.Describe(), target, flow);
        }
    }

    public void Stranger(string flow) => _sampled.Add(Strangers, flow);

    public void Malformed(string flow, string reason) => MalformedMessage(_logger, reason, flow);

    public void Unreachable(string peer, string reason) => PeerUnreachable(_logger, reason, peer);

    public void Reachable(string peer) => PeerReachable(_logger, peer);

    public void Overload(double loss, long shed)
    {
        if (loss > 0)
            OverloadBegan(_logger, (int)Math.Ceiling(loss * 100));
        else
            OverloadEnded(_logger, shed);
    }

    public void LoopHeld(string loop, TimeSpan duration) => LoopWasHeld(_logger, loop, duration.TotalSeconds);

    public void RecordingFailed(string recording, string reason) => RecordingEnded(_logger, recording, reason);

    public void RadiusDiscarded(string neighbour, string reason, string flow) => _sampled.Add(Discarded, $"{neighbour} ({reason}) from {flow}");

    public void RadiusNoted(string neighbour, string what) => _sampled.Add(Noted, $"{neighbour}: {what}");

    public void RoamingNotCounted(string neighbour, string reason) => _sampled.Add(NotCounted, $"{neighbour} ({reason})");

    public void RoamingCrossed(string session, string neighbour, string reason) => SessionCrossed(_logger, session, neighbour, reason);

    public void QualityPoor(string party, string place, double score) => LegPoor(_logger, party, place, score);

    public void QualityGood(string party, string place, double? score) => LegGood(_logger, party, place, score);

    public void Nni(NniEvent e)
    {
        // Without an exchange it is the certificate of a stranger, and anyone may show one as often as he likes.
        var isStranger = e.Exchange is null && e.Code.StartsWith(CertificateEvents, StringComparison.Ordinal) && !e.Code.EndsWith("renewed", StringComparison.Ordinal);
        if (isStranger)
            _sampled.Add(e.Code, e.Detail);
        else
            NniHappened(_logger, e.Code, e.Exchange, e.Detail);
    }

    public void Mail(MailAttempt attempt)
    {
        if (attempt.Result.Outcome == MailOutcome.Accepted)
            MailSent(_logger, attempt.MailId, attempt.ToAddress);
        else
            MailFailed(_logger, attempt.MailId, attempt.ToAddress, attempt.Result.Outcome, attempt.Result.Detail, attempt.Attempt);
    }

    public void Fault(string where, Exception exception) => Failed(_logger, exception, where);

    [LoggerMessage(1001, LogLevel.Warning, Strangers + " {Count} message(s), the last from {Flow}", EventName = Strangers)]
    static partial void StrangerSeen(ILogger logger, long count, string flow);

    [LoggerMessage(1100, LogLevel.Warning, "sip.malformed {Reason} from {Flow}", EventName = "sip.malformed")]
    static partial void MalformedMessage(ILogger logger, string reason, string flow);

    [LoggerMessage(1101, LogLevel.Warning, "sip.unreachable {Reason} with {Peer}", EventName = "sip.unreachable")]
    static partial void PeerUnreachable(ILogger logger, string reason, string peer);

    [LoggerMessage(1104, LogLevel.Information, "sip.reachable {Peer} answers again", EventName = "sip.reachable")]
    static partial void PeerReachable(ILogger logger, string peer);

    [LoggerMessage(1102, LogLevel.Warning, "sip.overload messages wait too long; of new calls {Percent}% are turned away", EventName = "sip.overload")]
    static partial void OverloadBegan(ILogger logger, int percent);

    [LoggerMessage(1103, LogLevel.Warning, "sip.overload is over; {Calls} calls were turned away", EventName = "sip.overload-over")]
    static partial void OverloadEnded(ILogger logger, long calls);

    [LoggerMessage(1105, LogLevel.Warning, "loop.held {Loop} did nothing else for {Seconds:F1} s", EventName = "loop.held")]
    static partial void LoopWasHeld(ILogger logger, string loop, double seconds);

    [LoggerMessage(1150, LogLevel.Warning, Discarded + " {Count} packet(s), the last of {Last}", EventName = Discarded)]
    static partial void PacketDiscarded(ILogger logger, long count, string last);

    [LoggerMessage(1151, LogLevel.Warning, Noted + " {Count} packet(s), the last of {Last}", EventName = Noted)]
    static partial void PacketNoted(ILogger logger, long count, string last);

    [LoggerMessage(1152, LogLevel.Warning, NotCounted + " {Count} report(s) count no session, the last of {Last}", EventName = NotCounted)]
    static partial void ReportNotCounted(ILogger logger, long count, string last);

    [LoggerMessage(1153, LogLevel.Warning, Crossed + " {Session} at {Neighbour} has crossed what it may use: {Reason}", EventName = Crossed)]
    static partial void SessionCrossed(ILogger logger, string session, string neighbour, string reason);

    [LoggerMessage(1160, LogLevel.Warning, "quality.poor {Party}, {Place}: score {Score:F1}", EventName = "quality.poor")]
    static partial void LegPoor(ILogger logger, string party, string place, double score);

    [LoggerMessage(1161, LogLevel.Information, "quality.good {Party}, {Place}: score {Score:F1}", EventName = "quality.good")]
    static partial void LegGood(ILogger logger, string party, string place, double? score);

    [LoggerMessage(1400, LogLevel.Warning, "recording.failed {Recording} ended by itself: {Reason}", EventName = "recording.failed")]
    static partial void RecordingEnded(ILogger logger, string recording, string reason);

    [LoggerMessage(1200, LogLevel.Information, "{Code} {Exchange} {Detail}", EventName = "nni")]
    static partial void NniHappened(ILogger logger, string code, string? exchange, string detail);

    [LoggerMessage(1300, LogLevel.Information, "mail.sent {MailId} to {To}", EventName = "mail.sent")]
    static partial void MailSent(ILogger logger, string mailId, string to);

    [LoggerMessage(1301, LogLevel.Warning, "mail.failed {MailId} to {To}: {Outcome}, {Detail}, attempt {Attempt}", EventName = "mail.failed")]
    static partial void MailFailed(ILogger logger, string mailId, string to, MailOutcome outcome, string detail, int attempt);

    [LoggerMessage(1900, LogLevel.Error, "fault in {Where}", EventName = "fault")]
    static partial void Failed(ILogger logger, Exception exception, string where);
}
