using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>A log that nobody reads.</summary>
sealed class SilentLog : IExchangeLog
{
    public void Refused(in Refusal refusal, string flow, string target)
    {
    }

    public void Malformed(string flow, string reason)
    {
    }

    public void Stranger(string flow)
    {
    }

    public void Unreachable(string peer, string reason)
    {
    }

    public void Reachable(string peer)
    {
    }

    public void RadiusNoted(string neighbour, string what)
    {
    }

    public void Overload(double loss, long shed)
    {
    }

    public void LoopHeld(string loop, TimeSpan duration)
    {
    }

    public void RadiusDiscarded(string neighbour, string reason, string flow)
    {
    }

    public void RoamingNotCounted(string neighbour, string reason)
    {
    }

    public void RecordingFailed(string recording, string reason)
    {
    }

    public void RoamingCrossed(string session, string neighbour, string reason)
    {
    }

    public void QualityPoor(string party, string place, double score)
    {
    }

    public void QualityGood(string party, string place, double? score)
    {
    }

    public void Nni(NniEvent e)
    {
    }

    public void Mail(MailAttempt attempt)
    {
    }

    public void Fault(string where, Exception exception)
    {
    }
}
