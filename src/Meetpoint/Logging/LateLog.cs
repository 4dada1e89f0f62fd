using Meetpoint.Exchange;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Logging;

/// <summary>Stands in for the log until the host that writes it is built; what is said before that moment is lost, and there is nothing to say yet.</summary>
sealed class LateLog : IExchangeLog
{
    volatile IExchangeLog? _log;

    public void Set(IExchangeLog log) => _log = log;

    public void Refused(in Refusal refusal, string flow, string target) => _log?.Refused(in refusal, flow, target);

    public void Malformed(string flow, string reason) => _log?.Malformed(flow, reason);

    public void Stranger(string flow) => _log?.Stranger(flow);

    public void Unreachable(string peer, string reason) => _log?.Unreachable(peer, reason);

    public void Reachable(string peer) => _log?.Reachable(peer);

    public void Overload(double loss, long shed) => _log?.Overload(loss, shed);

    public void LoopHeld(string loop, TimeSpan duration) => _log?.LoopHeld(loop, duration);

    public void RadiusNoted(string neighbour, string what) => _log?.RadiusNoted(neighbour, what);

    public void RadiusDiscarded(string neighbour, string reason, string flow) => _log?.RadiusDiscarded(neighbour, reason, flow);

    public void RoamingNotCounted(string neighbour, string reason) => _log?.RoamingNotCounted(neighbour, reason);

    public void RecordingFailed(string recording, string reason) => _log?.RecordingFailed(recording, reason);

    public void RoamingCrossed(string session, string neighbour, string reason) => _log?.RoamingCrossed(session, neighbour, reason);

    public void QualityPoor(string party, string place, double score) => _log?.QualityPoor(party, place, score);

    public void QualityGood(string party, string place, double? score) => _log?.QualityGood(party, place, score);

    public void Nni(NniEvent e) => _log?.Nni(e);

    public void Mail(MailAttempt attempt) => _log?.Mail(attempt);

    public void Fault(string where, Exception exception) => _log?.Fault(where, exception);
}
