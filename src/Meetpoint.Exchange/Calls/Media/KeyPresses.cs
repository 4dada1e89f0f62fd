using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Relay;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>Keys pressed in the media of one side, told to the other by INFO where its equipment hears them so. On the signalling loop.</summary>
sealed class KeyPresses(CallContext context) : IMediaRelayEvents
{
    /// <summary>Set once the call is made.</summary>
    public AnchoredCall? Call { get; set; }

    /// <inheritdoc/>
    public void OnDigit(MediaRelay relay, RelaySide side, char digit, int durationMs)
    {
        if (Call is not { } call)
            return;
        var to = side == RelaySide.A ? call.Callee : call.Caller;
        to.Send(context, call.Call.Id, "INFO", "application/dtmf-relay", Encoding.ASCII.GetBytes($"Signal={digit}\r\nDuration={durationMs}\r\n"));
    }

    /// <inheritdoc/>
    public void OnPortFailed(MediaRelay relay, RelaySide side)
    {
        if (Call is { } call)
            context.Ending.End(call.Call, "the media port is taken");
    }

    /// <inheritdoc/>
    public void OnKeysFailed(MediaRelay relay, RelaySide side, DtlsFailure failure)
    {
        if (Call is { } call && context.Grants.HeldBy(call.Call.Id) is { IsHeld: true } grant)
        {
            context.Events.Write(
                grant.Correlation, "call.keys-failed", new EventAttribute("side", side == RelaySide.A ? "caller" : "called"),
                new EventAttribute("reason", failure.ToString()));
        }
    }
}
