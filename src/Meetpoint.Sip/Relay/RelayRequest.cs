using System.Text;

namespace Meetpoint.Sip;

/// <summary>
/// A request that is relayed: its branches, one group of targets after another, and the one answer that goes back (RFC 3261 sections 16.6 to 16.10).
/// </summary>
/// <remarks>On the loop only.</remarks>
public sealed class RelayRequest
{
    readonly ServerTransaction _server;
    readonly Queue<RelayGroup> _groups = [];
    readonly List<RelayBranch> _branches = [];
    IRelayOwner? _owner;
    SipMessage? _best;
    RelayBranch? _bestBranch;
    byte[]? _cancelReason;
    int _bestStatus;
    bool _isCancelled;
    bool _isDone;

    internal RelayRequest(SipRelay relay, ServerTransaction server)
    {
        Relay = relay;
        _server = server;
    }

    /// <summary>What came; what a strict router did to it may be undone: <see cref="StrictRouting"/>. Set before it is forwarded.</summary>
    public SipMessage Message { get => field ?? _server.Request; set; }

    /// <summary>The way it came.</summary>
    public SipFlow Flow => _server.Flow;

    /// <summary>True for INVITE, also one within a dialog.</summary>
    public bool IsInvite => _server.IsInvite;

    /// <summary>True once a final answer went back.</summary>
    public bool IsAnswered => _server.IsAnswered;

    /// <summary>True once who asked gave it up.</summary>
    public bool IsCancelled => _isCancelled;

    /// <summary>The To tag of answers that are made here.</summary>
    public string ToTag => _server.ToTag;

    /// <summary>Route values at its top that are ours, and are taken off. Set before it is forwarded.</summary>
    public int OwnRoutes { get; set; }

    /// <summary>True where neither side sees the other's Via. Set before it is forwarded.</summary>
    public bool Hides { get; set; }

    internal SipRelay Relay { get; }

    /// <summary>Answers here, without body. A final answer ends all branches.</summary>
    public void Respond(int status, string? phrase = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        _server.Respond(status, phrase, headers);
        if (status >= 200)
            Done(status);
    }

    /// <summary>Adds a group of targets that are tried side by side once those before it came to nothing.</summary>
    /// <param name="owner">Whose request it is.</param>
    /// <param name="targets">At least one.</param>
    /// <param name="isLastResort">
    /// True when the group is another way to the same: it is tried only where the one before could not be reached (408, 503, transport), and not when it
    /// was refused.
    /// </param>
    public void Forward(IRelayOwner owner, IReadOnlyList<RelayTarget> targets, bool isLastResort = false)
    {
        Add(owner, targets, isLastResort);
        Begin();
    }

    /// <summary>
    /// Adds a group as <see cref="Forward(IRelayOwner, IReadOnlyList{RelayTarget}, bool)"/> does, and sends nothing yet: how long the first is waited for,
    /// and what becomes of its failure, depends on whether there is another.
    /// </summary>
    public void Add(IRelayOwner owner, IReadOnlyList<RelayTarget> targets, bool isLastResort)
    {
        _owner = owner;
        _groups.Enqueue(new RelayGroup(targets, isLastResort));
    }

    /// <summary>Sends it to the next of the groups that were added, unless one is being tried.</summary>
    public void Begin()
    {
        if (_branches.TrueForAll(static branch => branch.IsDone))
            NextGroup();
    }

    /// <summary>Sends what is held: a 2xx, or of several forks each one's.</summary>
    public void SendHeld()
    {
        foreach (var branch in _branches)
        {
            if (branch.Held is not { } held)
                continue;
            branch.Held = null;
            _server.Send(200, held);
            Done(200);
        }
    }

    /// <summary>Lets what is held go, and answers with a refusal instead.</summary>
    public void RefuseHeld(int status, string? phrase = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        foreach (var branch in _branches)
            branch.Held = null;
        Respond(status, phrase, headers);
    }

    /// <summary>Gives all branches up, as who asked did.</summary>
    internal void Cancel(SipMessage cancel)
    {
        if (_isCancelled || _isDone)
            return;
        _isCancelled = true;
        _cancelReason = ReasonOf(cancel);
        _groups.Clear();
        _owner?.OnCancelled(this);
        if (_isDone)
            return;
        if (_branches.TrueForAll(static branch => branch.IsDone) && !_branches.Exists(static branch => branch.Held is not null))
            Respond(487);
        else
            CancelBranches(null);
    }

    /// <summary>Adds a branch that goes on where another was given up.</summary>
    internal void Add(RelayBranch branch) => _branches.Add(branch);

    /// <summary>True while there is someone else to try.</summary>
    internal bool HasMore => _groups.Count > 0;

    /// <summary>Gives all branches up for a reason of ours.</summary>
    public void CancelBranches(RelayBranch? except)
    {
        foreach (var branch in _branches.ToArray())
        {
            if (branch != except)
                branch.Cancel(_cancelReason);
        }
    }

    internal ReadOnlySpan<byte> Write(RelayBranch branch, SipFlow flow, ReadOnlySpan<byte> id)
    {
        var edits = Relay.Edits.Begin(Message);
        RelayHeaders.Request(edits, flow, id, OwnRoutes, Hides, branch.Target.AsksFeedback);
        if (branch.Target.RequestUri is { } uri)
            edits.Replace(Message.RequestUriRange, Encoding.UTF8.GetBytes(uri));
        for (var i = 0; i < branch.Target.Path.Count; i++)
            edits.InsertFirst(SipHeader.Route, Encoding.UTF8.GetBytes(branch.Target.Path[i]));
        if (Message.Has(SipHeader.Max_Breadth) || _branches.Count > 1)
            edits.Set(SipHeader.Max_Breadth, branch.Breadth);
        _owner!.EditRequest(this, branch, edits);
        return edits.Write();
    }

    internal void OnProvisional(RelayBranch branch, SipMessage response)
    {
        if (!_isDone && _owner!.OnResponse(this, branch, response) == RelayVerdict.Forward)
            _server.Send(response.StatusCode, Edited(branch, response));
    }

    internal void OnFinal(RelayBranch branch, SipMessage response, bool isFirst)
    {
        if (response.StatusCode < 300)
        {
            OnSuccess(branch, response);
            return;
        }

        if (_isDone || !isFirst)
            return;
        if (_owner!.OnResponse(this, branch, response) != RelayVerdict.Swallow)
            Remember(branch, response.StatusCode, response);
        if (response.StatusCode == 503)
            _owner.OnUnreachable(this, branch, 503);
        if (response.StatusCode >= 600)
        {
            // Nobody else can help (section 16.7 step 5); what is still out is asked to stop, and waited for.
            _groups.Clear();
            CancelBranches(branch);
        }

        Continue();
    }

    internal void OnFailed(RelayBranch branch, int status)
    {
        if (branch.IsDone)
            return;
        branch.End();
        if (status is 408 or 503 && !_isCancelled && !branch.IsRinging)
            _owner?.OnUnreachable(this, branch, status);
        if (_isDone)
            return;
        Remember(branch, status, null);
        Continue();
    }

    void OnSuccess(RelayBranch branch, SipMessage response)
    {
        if (branch.Held is not null || (_isDone && !IsInvite))
            return;
        switch (_owner!.OnResponse(this, branch, response))
        {
            case RelayVerdict.Forward:
                _server.Send(response.StatusCode, Edited(branch, response));
                Done(response.StatusCode);
                break;
            case RelayVerdict.Hold:
                branch.Held = Edited(branch, response).ToArray();
                _owner.OnHeld(this, branch, response);
                break;
            default:
                break;
        }

        if (IsInvite)
        {
            _groups.Clear();
            CancelBranches(branch);
        }
    }

    ReadOnlySpan<byte> Edited(RelayBranch branch, SipMessage response)
    {
        var edits = Relay.Edits.Begin(response);
        edits.RemoveFirstValues(SipHeader.Via);
        if (Hides)
            _server.InsertVias(edits);
        if (_server.Flow.IsReliable && !response.Has(SipHeader.Content_Length))
            edits.Set(SipHeader.Content_Length, response.Body.Length);
        _owner!.EditResponse(this, branch, edits);
        return edits.Write();
    }

    void NextGroup()
    {
        while (_groups.TryDequeue(out var group))
        {
            if (group.IsLastResort && _bestStatus is not (0 or 408 or 503))
                continue;
            if (!TryBreadth(group.Targets.Count, out var each))
            {
                Respond(440);
                return;
            }

            var branches = group.Targets.Select(target => new RelayBranch(this, target, each)).ToList();
            _branches.AddRange(branches);
            foreach (var branch in branches)
                branch.Start();
            return;
        }

        Finish();
    }

    /// <summary>Each branch may spread by its part of what this request may (RFC 5393 section 5.3.3).</summary>
    bool TryBreadth(int branches, out int each)
    {
        var whole = (int)Math.Min(Message.Number(SipHeader.Max_Breadth) ?? SipRelay.DefaultMaxBreadth, 1_000);
        each = branches == 0 ? 0 : whole / branches;
        return each > 0;
    }

    void Continue()
    {
        if (_isDone || _branches.Exists(static branch => !branch.IsDone) || _branches.Exists(static branch => branch.Held is not null))
            return;
        NextGroup();
    }

    void Finish()
    {
        if (_isDone)
            return;
        var status = _isCancelled ? 487 : _bestStatus == 0 ? 408 : _bestStatus;
        if (!_isCancelled && _owner is not null && _owner.OnRefused(this, status))
            return;
        if (_best is not null && _bestBranch is not null && !(_isCancelled && _bestStatus != 487))
        {
            _server.Send(_best.StatusCode, Edited(_bestBranch, _best));
            Done(_best.StatusCode);
        }
        else
        {
            // 503 would take this whole exchange out of use for who asked (section 16.7 step 6).
            Respond(status == 503 ? 500 : status, status == 503 ? "Next hop unreachable" : null);
        }
    }

    void Remember(RelayBranch branch, int status, SipMessage? response)
    {
        if (_bestStatus != 0 && Rank(status) >= Rank(_bestStatus))
            return;
        (_bestStatus, _bestBranch) = (status, branch);
        _best = status == 503 ? null : response?.ToOwned();
    }

    /// <summary>Section 16.7 step 6: 6xx first, else the lowest class, within 4xx what says how to ask better.</summary>
    static int Rank(int status) => status switch
    {
        >= 600 => 0,
        401 or 407 or 415 or 420 or 484 => 4_000 + status - 400,
        408 => 4_600,
        >= 400 and < 500 => 4_200 + status - 400,
        503 => 9_000,
        _ => status * 10,
    };

    void Done(int status)
    {
        if (_isDone)
            return;
        _isDone = true;
        _owner?.OnFinal(this, status);
        _best = null;
        if (!IsInvite)
            _owner = null; // only an INVITE may bring further answers that matter
        _server.Pack();
    }

    static byte[]? ReasonOf(SipMessage cancel)
    {
        if (!cancel.Has(SipHeader.Reason))
            return null;
        var reason = new StringBuilder();
        foreach (var value in cancel.Values(SipHeader.Reason))
            reason.Append("Reason: ").Append(Encoding.UTF8.GetString(value)).Append("\r\n");
        return Encoding.UTF8.GetBytes(reason.ToString());
    }

    readonly record struct RelayGroup(IReadOnlyList<RelayTarget> Targets, bool IsLastResort);
}
