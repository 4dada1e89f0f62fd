using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// Looks up what an Access-Accept may give by the agreement. Where that is being read from the store still, the answer is held until it is known, a second at most: then
/// <see cref="RoamingAllowance.WhileUnknown"/> counts. On the hub's loop.
/// </summary>
/// <param name="context">Of the hub.</param>
/// <param name="resume">Takes a held answer as if it had come now.</param>
sealed class AccessBounds(RoamingContext context, ResumeAnswer resume)
{
    /// <summary>How long an answer is held.</summary>
    const long HoldNs = MonotonicTime.Second;

    /// <summary>Answers that are held at one time; one more is given without its sums.</summary>
    const int MaxHeld = 10_000;

    readonly Queue<Held> _held = new();

    /// <summary>What may be given for an answer. False when it is held, and comes again by itself.</summary>
    public bool TryFind(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs, out RoamingAllowance allowance)
    {
        allowance = default;
        if (!context.Sessions.HasLimit(pending.Visited, pending.Route.Provider.Id) || !RadiusPacket.TryParse(pending.Sent, out var request, out _))
            return true;
        var isOverdue = pending.HeldUntilNs != 0 ? nowNs >= pending.HeldUntilNs : _held.Count >= MaxHeld;
        if (context.Sessions.TryAllow(pending.Visited, pending.Route.Provider.Id, request, isOverdue, out allowance))
            return true;
        if (pending.HeldUntilNs == 0)
            pending.HeldUntilNs = nowNs + HoldNs;
        Hold(new Held(server, pending, asked, answer.Bytes.ToArray(), pending.HeldUntilNs), request);
        return false;
    }

    /// <summary>Time has passed: what is held too long goes as it is.</summary>
    public void Advance(long nowNs)
    {
        while (_held.TryPeek(out var oldest) && (oldest.IsOver || oldest.UntilNs <= nowNs))
            Resume(_held.Dequeue());
    }

    void Hold(Held held, in RadiusPacket request)
    {
        _held.Enqueue(held);
        context.Sessions.TryAllow(held.Pending.Visited, held.Pending.Route.Provider.Id, request, isOverdue: false, out _, () => Resume(held));
    }

    void Resume(Held held)
    {
        if (held.IsOver)
            return;
        held.IsOver = true;
        if (RadiusPacket.TryParse(held.Answer, out var answer, out _))
            resume(held.Server, held.Pending, held.Asked, answer, context.Loop.NowNs);
    }

    sealed class Held(HomeServer server, PendingRequest pending, RequestMark asked, byte[] answer, long untilNs)
    {
        public HomeServer Server => server;

        public PendingRequest Pending => pending;

        public RequestMark Asked => asked;

        public byte[] Answer => answer;

        public long UntilNs => untilNs;

        public bool IsOver { get; set; }
    }
}

/// <summary>Takes an answer of a home server.</summary>
delegate void ResumeAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs);
