using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>An anchored call: two dialogs of ours, and what is common to them.</summary>
sealed class AnchoredCall
{
    public required RelayedCall Call { get; init; }

    /// <summary>With who called.</summary>
    public required AnchoredLeg Caller { get; init; }

    /// <summary>With who is called.</summary>
    public required AnchoredLeg Callee { get; init; }

    /// <summary>Its media.</summary>
    public required CallMedia Media { get; init; }

    /// <summary>The called side was not told who calls.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>How well it is heard; null before the answer.</summary>
    public CallQuality? Quality { get; set; }

    /// <summary>Packets that came from the caller, and from the called, over all lines; as last looked at.</summary>
    public (long FromCaller, long FromCallee) Packets { get; set; }

    /// <summary>
    /// Puts our description in the place of the sender's, when the message has one.
    /// </summary>
    /// <param name="edits">Begun with the message.</param>
    /// <param name="from">The leg that it came in on.</param>
    /// <param name="isAnswer">Whether it answers an offer of the other side.</param>
    /// <param name="lines">Lines of media that may stand; null for all.</param>
    public void Describe(SipEdits edits, AnchoredLeg from, bool isAnswer, int? lines = null)
    {
        if (!SipBody.TryFindSdp(edits.Message, out var sdp))
            return;
        if (Media.Pass(from.Side, lines < AddedMedia.Lines(edits.Message) ? AddedMedia.Keep(sdp, lines.Value) : sdp, isAnswer) is { } ours)
            edits.ReplaceBodyPart(sdp, ours);
        else
            edits.ReplaceBody(default);
    }

    /// <summary>What a restart needs of it.</summary>
    public CallState State() => new()
    {
        Caller = Call.Caller,
        Called = Call.Called,
        BeganMs = Call.Began.ToUnixTimeMilliseconds(),
        RingingMs = Call.Ringing?.ToUnixTimeMilliseconds(),
        AnsweredMs = Call.Answered!.Value.ToUnixTimeMilliseconds(),
        Legs = [Caller.State(), Callee.State()],
        IsWithheld = IsWithheld,
        Ports = Media.Ports(),
        Descriptions = Media.Descriptions(),
        Renewals = Media.Renewals,
    };

    /// <summary>The leg across from one.</summary>
    public AnchoredLeg Across(AnchoredLeg leg) => ReferenceEquals(leg, Caller) ? Callee : Caller;
}

/// <summary>The anchored calls by the dialogs that they stand in. On the loop only.</summary>
sealed class AnchoredCalls
{
    readonly Dictionary<string, AnchoredCall> _calls = new(StringComparer.Ordinal);
    readonly Dictionary<(string CallId, string LocalTag), (AnchoredCall Call, AnchoredLeg Leg)> _legs = [];

    public void Add(AnchoredCall call)
    {
        _calls[call.Call.Id] = call;
        _legs[(call.Caller.CallId, call.Caller.LocalTag)] = (call, call.Caller);
        _legs[(call.Callee.CallId, call.Callee.LocalTag)] = (call, call.Callee);
    }

    public void Remove(AnchoredCall call)
    {
        _calls.Remove(call.Call.Id);
        _legs.Remove((call.Caller.CallId, call.Caller.LocalTag));
        _legs.Remove((call.Callee.CallId, call.Callee.LocalTag));
    }

    /// <summary>The anchored call of an operator's one; null when it is none.</summary>
    public AnchoredCall? Of(RelayedCall call) => _calls.GetValueOrDefault(call.Id);

    /// <summary>All of them.</summary>
    public IEnumerable<AnchoredCall> All => _calls.Values;

    /// <summary>The dialog with this Call-ID and tag of ours.</summary>
    public (AnchoredCall Call, AnchoredLeg Leg)? Find(string callId, string localTag) => _legs.TryGetValue((callId, localTag), out var found) ? found : null;

    /// <summary>The dialog that a request belongs to: by Call-ID, our tag in To, and theirs in From.</summary>
    public bool TryFind(SipMessage request, out AnchoredCall call, out AnchoredLeg leg)
    {
        (call, leg) = (null!, null!);
        if (_legs.Count == 0 || request.To?.Tag is not { } ours || !_legs.TryGetValue((request.CallId, ours), out var found))
            return false;
        (call, leg) = found;
        return leg.RemoteTag is null || request.FromTag.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(leg.RemoteTag));
    }
}
