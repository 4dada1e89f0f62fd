using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// The event state compositor (RFC 3903): takes PUBLISH from endpoints for themselves, and from a provider's own systems for its customers. Publications are soft state: after a
/// restart the next refresh is answered 412, and the publisher says everything again. On the loop only.
/// </summary>
sealed class Publications(PresenceContext context)
{
    /// <summary>Longest time granted, in seconds.</summary>
    public const int MaxSeconds = 3_600;

    /// <summary>Shortest, in seconds: below it 423 says so.</summary>
    public const int MinSeconds = 5;

    /// <summary>Publications at a time, at most.</summary>
    public const int MaxPublications = 1_000_000;

    readonly Dictionary<string, Publication> _byTag = new(StringComparer.Ordinal);
    readonly PriorityQueue<(Publication Publication, long EndNs), long> _expiring = new();

    /// <summary>Publications that stand.</summary>
    public int Count => _byTag.Count;

    /// <summary>Takes a PUBLISH.</summary>
    public void Take(IncomingRequest request, SipCaller caller)
    {
        var message = request.Message;
        var target = message.RequestUri is null ? null : context.Directory.Find(message.RequestUri.ToString());
        if (target is null || !context.Policy.IsHerself(caller, target))
        {
            var reason = target is null ? RefusalReason.NoRoute : RefusalReason.OriginNotAllowed;
            context.Refusals.Reject(request, context.Admission.Refuse(reason, SipPath.SessionOf(message)) with { Sender = caller.Sender, Origin = caller.Provider });
            return;
        }

        var seconds = (int)Math.Min(message.ExpiresSeconds ?? MaxSeconds, MaxSeconds);
        if (seconds is > 0 and < MinSeconds)
        {
            request.Respond(423, null, ("Min-Expires", $"{MinSeconds}"));
            return;
        }

        var isDialog = PresenceSubscriptions.IsPackage(message, "dialog");
        PresenceReport? report = null;
        if (!message.Body.IsEmpty && !TryRead(request, caller, isDialog, out report))
            return;
        if (message.Text("SIP-If-Match") is { } tag)
            Change(request, tag.Trim(), target, seconds, report);
        else if (report is null)
            request.Respond(400, "Missing Body");
        else
            Create(request, caller, target, seconds, report);
    }

    /// <summary>What has run out is lost: its publisher fell silent.</summary>
    public void Advance(long nowNs)
    {
        while (_expiring.TryPeek(out var first, out var due) && due <= nowNs)
        {
            _expiring.Dequeue();
            var publication = first.Publication;
            if (publication.EndNs != first.EndNs || !_byTag.Remove(publication.Tag))
                continue;
            context.Hub.Lose(publication.Source, context.Now);
        }
    }

    bool TryRead(IncomingRequest request, SipCaller caller, bool isDialog, out PresenceReport? report)
    {
        var message = request.Message;
        report = null;
        var style = PresenceWire.StyleOf(caller);
        if (PresenceWire.Read(message.MediaType, style) is not { } dialect)
        {
            request.Respond(415, null, (SipHeader.Accept.Name(), PresenceWire.AcceptOf(style, isDialog)));
            return false;
        }

        if (dialect.TryRead(message.Body, out report, out var fault))
            return true;
        context.Refusals.Malformed(request.Flow, $"PUBLISH of {message.RequestUri}: {fault}");
        request.Respond(400, $"Malformed Body: {fault}");
        return false;
    }

    void Create(IncomingRequest request, SipCaller caller, PresenceTarget target, int seconds, PresenceReport report)
    {
        if (_byTag.Count >= MaxPublications
            || context.Hub.Open(target.Address, caller.Sender?.Neighbour.Id, null, isWhole: false) is not { } source)
        {
            request.Respond(503, null, (SipHeader.Retry_After.Name(), "60"));
            return;
        }

        var publication = new Publication(source, request.Flow.Remote.WithPort(0));
        source.Reporter = publication;
        context.Hub.Report(source, Own(report), context.Now, context.Loop.NowNs);
        Supersede(publication);
        Grant(request, publication, seconds);
    }

    void Change(IncomingRequest request, string tag, PresenceTarget target, int seconds, PresenceReport? report)
    {
        if (!_byTag.TryGetValue(tag, out var publication) || publication.Source.Presentity.Address != target.Address || publication.Source.IsClosed)
        {
            request.Respond(412);
            return;
        }

        _byTag.Remove(tag);
        if (seconds > 0 && report is not null)
            context.Hub.Report(publication.Source, Own(report), context.Now, context.Loop.NowNs);
        Grant(request, publication, seconds);
    }

    static List<ReportedState> Own(PresenceReport report) => [.. report.States.Where(state => !PublishedDevice.IsMarked(state.Device))];

    /// <summary>A publisher that lost its tag says the same devices again: what it said before is over, be it lost or from the same host.</summary>
    void Supersede(Publication publication)
    {
        var presentity = publication.Source.Presentity;
        if (presentity.Sources.Count == 1)
            return;
        foreach (var old in presentity.Sources.ToList())
        {
            if (ReferenceEquals(old, publication.Source) || old.IsWhole || old.Origin != publication.Source.Origin || old.States.Count == 0
                || !old.States.TrueForAll(state => publication.Source.States.Exists(state.IsOfSameDevice)))
                continue;
            var known = old.LostSince is null ? old.Reporter as Publication : null;
            if (known is not null && known.From != publication.From)
                continue;
            if (known is not null)
                _byTag.Remove(known.Tag);
            context.Hub.Close(old);
        }
    }

    void Grant(IncomingRequest request, Publication publication, int seconds)
    {
        publication.Tag = context.Tokens.Tag();
        if (seconds == 0)
        {
            publication.EndNs = 0;
            context.Hub.Close(publication.Source);
        }
        else
        {
            _byTag[publication.Tag] = publication;
            publication.EndNs = context.Loop.NowNs + (seconds * MonotonicTime.Second);
            _expiring.Enqueue((publication, publication.EndNs), publication.EndNs);
        }

        request.Respond(200, null, ("SIP-ETag", publication.Tag), (SipHeader.Expires.Name(), $"{seconds}"));
    }

    sealed class Publication(PresenceSource source, NetAddress from)
    {
        public PresenceSource Source => source;

        public NetAddress From => from;

        public string Tag { get; set; } = "";

        public long EndNs { get; set; }
    }
}
