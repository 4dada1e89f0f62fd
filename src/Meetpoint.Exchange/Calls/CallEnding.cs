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
        context.Ledger.End(call.Id, static () => { });
        Goodbye(anchored, why);
        return true;
    }

    /// <summary>A call whose grant was closed since it gave no sign of life: forgotten here, with its media, and both sides are told.</summary>
    public void Silent(string id)
    {
        if (context.Calls.Find(id) is not { } call)
            return;
        context.Figures.Ended(call, call.LastProof ?? call.Answered);
        context.Ledger.End(id, static () => { });
        if (context.Anchored.Of(call) is { } anchored)
            Goodbye(anchored, "No sign of life");
    }

    void Goodbye(AnchoredCall anchored, string why)
    {
        (string, string)[] reason = [("Reason", $"Q.850;cause=31;text=\"{why}\"")];
        anchored.Caller.Send(context, anchored.Call.Id, "BYE", headers: reason);
        anchored.Callee.Send(context, anchored.Call.Id, "BYE", headers: reason);
        context.Anchored.Remove(anchored);
        anchored.Media.Dispose();
    }
}
