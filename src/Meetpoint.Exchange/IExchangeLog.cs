using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Exchange;

/// <summary>What an exchange has to say to its operator; the program writes it down. Called on any thread, must not block.</summary>
public interface IExchangeLog
{
    /// <summary>A refusal by the one table: its own event id, reason and incident.</summary>
    void Refused(in Refusal refusal, string flow, string target);

    /// <summary>A message that could not be understood.</summary>
    void Malformed(string flow, string reason);

    /// <summary>Someone unknown; to be sampled, as anyone can cause it.</summary>
    void Stranger(string flow);

    /// <summary>Someone whom we connected to did not prove to be who was asked for, or came to nothing otherwise.</summary>
    void Unreachable(string peer, string reason);

    /// <summary>It answers again.</summary>
    void Reachable(string peer);

    /// <summary>Calls are turned away since messages wait too long, or no longer.</summary>
    /// <param name="loss">The part of new calls that is turned away; 0 when it is over.</param>
    /// <param name="shed">Calls that were turned away since it began.</param>
    void Overload(double loss, long shed);

    /// <summary>A loop did nothing else for that long: something blocked in it, or the machine stood still.</summary>
    void LoopHeld(string loop, TimeSpan duration);

    /// <summary>A RADIUS packet of a neighbour was discarded in silence, as its protocol wants; to be sampled, as addresses can be forged.</summary>
    void RadiusDiscarded(string neighbour, string reason, string flow);

    /// <summary>A RADIUS packet that was carried on is not in all as agreed; to be sampled.</summary>
    void RadiusNoted(string neighbour, string what);

    /// <summary>Accounting was acknowledged and sent on, and counts no session; to be sampled, as it may be every report of an access server.</summary>
    void RoamingNotCounted(string neighbour, string reason);

    /// <summary>A roaming session has crossed what its agreement lets it use.</summary>
    void RoamingCrossed(string session, string neighbour, string reason);

    /// <summary>A leg has been poor for some windows running.</summary>
    /// <param name="party">Whose it is: an address, or an exchange.</param>
    /// <param name="place">Which leg of what, and in which half.</param>
    /// <param name="score">Its estimated score.</param>
    void QualityPoor(string party, string place, double score);

    /// <summary>It is no longer, or it is over.</summary>
    void QualityGood(string party, string place, double? score);

    /// <summary>A recording ended by itself: the disk, its limits, or a crash.</summary>
    void RecordingFailed(string recording, string reason);

    /// <summary>Something on the NNI.</summary>
    void Nni(NniEvent e);

    /// <summary>An attempt to send a mail.</summary>
    void Mail(MailAttempt attempt);

    /// <summary>A bug, or a store that is away: what failed, and how.</summary>
    void Fault(string where, Exception exception);
}
