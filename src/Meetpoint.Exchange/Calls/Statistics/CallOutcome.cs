using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>Which way a call went, as seen from here.</summary>
[JsonConverter(typeof(KebabEnumConverter<CallDirection>))]
public enum CallDirection
{
    /// <summary>It came from the partner.</summary>
    Incoming,

    /// <summary>It went to the partner.</summary>
    Outgoing,
}

/// <summary>A call attempt that is over, as one side of it was seen. Times are monotonic nanoseconds of one clock.</summary>
/// <param name="Partner">Whom it was sent to or came from, as the caller of the statistics groups them: a neighbour or a provider.</param>
/// <param name="Direction">Which of the two.</param>
/// <param name="Destination">Its destination: an E.164 prefix, or a domain.</param>
/// <param name="StartedNs">When its INVITE went out or came in: the seizure.</param>
/// <param name="RingingNs">When it first rang (180, or early media); null when it never did.</param>
/// <param name="AnsweredNs">When it was answered (2xx to the INVITE); null when it was not.</param>
/// <param name="EndedNs">When it ended: final response, BYE, or the last proof of life. Not before the others.</param>
/// <param name="Cause">Q.850 cause 1 to 127 as its Reason header or gateway told; 0 when none was told.</param>
/// <param name="Status">Final SIP status of the INVITE; 487 after a CANCEL; 408 when none came.</param>
public readonly record struct CallOutcome(
    string Partner, CallDirection Direction, string Destination, long StartedNs, long? RingingNs, long? AnsweredNs, long EndedNs, int Cause, int Status)
{
    /// <summary>The cause that was told, or else that of the status.</summary>
    public int EffectiveCause => Cause is > 0 and <= Q850.Most ? Cause : Q850.OfStatus(Status);

    /// <summary>
    /// True when the network did its part, as NER counts it (ITU-T E.425): answered, or the far end was busy, rang without answer, was absent or said no.
    /// A caller who hangs up while it rings makes a ring without answer; one who hangs up before has no effective attempt.
    /// </summary>
    public bool IsEffective => AnsweredNs is not null || RingingNs is not null || Q850.IsOfTheTerminal(EffectiveCause);
}
