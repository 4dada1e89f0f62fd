using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls;

/// <summary>Ends calls from here: an operator says so, or nothing more can come of them. On the loop only.</summary>
sealed class CallEnding(CallContext context)
{
    /// <summary>
    /// Says BYE to both sides of an anchored call, and writes its end. False for a transparent one: a proxy stands in no dialog, and cannot end it.
    /// </summary>
    public bool End(RelayedCall call, string why)
    {
        if (call.Mode != CallMode.Anchored || context.Anchored.Of(call) is not { } anchored)
            return false;
        (string, string)[] reason = [("Reason", $"Q.850;cause=31;text=\"{why}\"")];
        anchored.Caller.Send(context, call.Id, "BYE", headers: reason);
        anchored.Callee.Send(context, call.Id, "BYE", headers: reason);
        context.Anchored.Remove(anchored);
        context.Ledger.End(call.Id, static () => { });
        anchored.Media.Dispose();
        return true;
    }
}
