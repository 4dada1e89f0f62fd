using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The narrow waist: every service crosses the exchange through <see cref="Admit"/>. In memory, without I/O, locks or allocation; reads an
/// immutable world that <see cref="Apply"/> swaps whole. Thread safe.
/// </summary>
public sealed partial class Admission
{
    /// <summary>A path of this many exchanges is too long; mistakes in routes show before.</summary>
    public const int MaxHops = 8;

    /// <summary>Grants held at one time, unless said otherwise.</summary>
    public const int DefaultMaxGrants = 1 << 18;

    /// <summary>What a caller is told to wait for when this exchange has no grant left.</summary>
    public const int OverloadRetrySeconds = 10;

    readonly GrantTable _grants;
    readonly GrantTable _emergencyGrants;
    readonly CorrelationSource _ids;
    World _world;

    /// <summary>Admission by a first world. Emergency calls have as many grants of their own, which nothing else can use up; both tables grow as needed.</summary>
    public Admission(World world, CorrelationSource ids, int maxGrants = DefaultMaxGrants)
    {
        _world = world;
        _ids = ids;
        _grants = new GrantTable(maxGrants);
        _emergencyGrants = new GrantTable(maxGrants);
    }

    /// <summary>The world in force.</summary>
    public World World => Volatile.Read(ref _world);

    /// <summary>Grants held now; counts them, so not for each call.</summary>
    public int CountHeld() => _grants.CountHeld() + _emergencyGrants.CountHeld();

    /// <summary>Puts another world in force. Grants go on under the terms that they were given under.</summary>
    public void Apply(World world) => Volatile.Write(ref _world, world);

    /// <summary>Makes ids for what an engine refuses by itself; a session of its own for what belongs to none yet, so that it can be traced.</summary>
    public Refusal Refuse(RefusalReason reason, CorrelationId correlation) =>
        Refusal.By(reason, correlation.IsNull ? _ids.Next() : correlation, _ids.NextIncident());

    /// <summary>
    /// Decides. True: <paramref name="grant"/> holds the limits until it is released, and says how to go on. False: <paramref name="refusal"/>
    /// says why not, and nothing is held.
    /// </summary>
    public bool Admit(in AdmissionRequest request, out Grant grant, out Refusal refusal)
    {
        if (request.IsEmergency)
            return AdmitEmergency(in request, out grant, out refusal);
        var decision = new Decision
        {
            World = Volatile.Read(ref _world),
            Destination = DestinationRow.None,
            First = LinkRow.None,
            Second = LinkRow.None,
            Refusing = LinkRow.None,
        };
        // Two ways through memory, the sender's and the target's, gone side by side: each step asks for the next line of one before it waits
        // for the other. One after the other they would cost twice as much.
        request.Sender?.Touch();
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        var target = request.Target.IsEmpty ? decision.World.Prepare(request.TargetBytes, buffer) : decision.World.Prepare(request.Target, buffer);
        request.Sender?.Gate.Touch();
        decision.World.FetchPrefixes(in target);
        var reason = Identify(in request, ref decision);
        if (reason == RefusalReason.None)
        {
            decision.World.TouchOrigin(decision.Origin);
            reason = Locate(in request, in target, ref decision);
        }

        if (reason == RefusalReason.None && decision.Origin != decision.Target)
            reason = Agree(in request, ref decision);
        if (reason == RefusalReason.None)
            reason = Choose(in request, ref decision);
        if (reason == RefusalReason.None)
            reason = Take(in request, ref decision, out grant);
        else
            grant = default;
        // Not in one expression: that would copy an empty refusal, with the collector's barrier, into every caller's.
        if (reason != RefusalReason.None)
        {
            refusal = Refuse(reason, in request, in decision);
            return false;
        }

        refusal = default;
        return true;
    }

    static RefusalReason Identify(in AdmissionRequest request, ref Decision decision)
    {
        var world = decision.World;
        decision.Origin = decision.Target = -1;
        if (request.Sender is { } sender)
        {
            // An entry of an older world stands for its successor, if it has one.
            sender = sender.World == world ? sender : world.FindNeighbour(sender.Neighbour.Id);
            if (sender is null)
                return RefusalReason.UnknownSender;
            decision.Sender = sender;
            decision.RetryAfterNs = sender.Gate.ClosedForNs(request.NowNs);
            if (decision.RetryAfterNs > 0)
                return sender.Gate.IsMaintenance ? RefusalReason.Maintenance : RefusalReason.Overload;
            decision.Profile = sender.ProfileIndex;
        }
        else if (!request.IsOwn)
        {
            return RefusalReason.UnknownSender;
        }

        decision.Origin = request.Origin.IsEmpty ? decision.Sender?.ProviderIndex ?? -1 : world.ProviderIndex(request.Origin);
        if (decision.Origin < 0 || (decision.Sender is { } from && !world.SpeaksFor(from, decision.Origin)))
            return RefusalReason.OriginNotAllowed;
        if (request.Profile is { } profile)
        {
            decision.Profile = world.ProfileIndex(profile);
            if (decision.Profile < 0)
                return RefusalReason.ProfileNotAdmitted;
        }

        if (request.Path.Length >= MaxHops)
            return RefusalReason.TooManyHops;
        return Contains(request.Path, world.Exchange) ? RefusalReason.Loop : RefusalReason.None;
    }

    static RefusalReason Locate(in AdmissionRequest request, in AddressLookup target, ref Decision decision)
    {
        var world = decision.World;
        if (request.Target.IsEmpty && request.TargetBytes.IsEmpty)
        {
            decision.Target = world.ProviderIndex(request.TargetProvider);
            if (decision.Target < 0)
                return RefusalReason.NoRoute;
            return RefusalReason.None;
        }

        decision.Destination = world.FindIndex(in target);
        if (decision.Destination == DestinationRow.None)
            return RefusalReason.NoRoute;
        decision.Target = world.DestinationRowAt(decision.Destination).Provider;
        return RefusalReason.None;
    }

    static RefusalReason Agree(in AdmissionRequest request, ref Decision decision)
    {
        var world = decision.World;
        var service = LimitUse.ServiceOf(request.Kind);
        var nowTicks = request.Now.ToUnixTimeTicks();
        if (decision.Destination != DestinationRow.None)
            world.TouchTarget(decision.Destination); // before the atomic operations on the first, which no later read overtakes
        var direct = world.FirstLink(decision.Origin, decision.Target);
        for (var link = direct; link != LinkRow.None; link = world.LinkRowAt(link).Next)
        {
            if (!world.LinkRowAt(link).IsInForce(nowTicks))
                continue;
            decision.First = link;
            return Evaluate(in request, ref decision, link, service);
        }

        if (world.TryTransit(decision.Origin, decision.Target, service, nowTicks, out decision.First, out decision.Second))
        {
            var reason = Evaluate(in request, ref decision, decision.First, service);
            return reason == RefusalReason.None ? Evaluate(in request, ref decision, decision.Second, service) : reason;
        }

        decision.Refusing = direct;
        return direct == LinkRow.None ? RefusalReason.NoAgreement
            : world.LinkRowAt(direct).IsDraft ? RefusalReason.AgreementDraft : RefusalReason.AgreementNotInForce;
    }

    static RefusalReason Evaluate(in AdmissionRequest request, ref Decision decision, int link, Service service)
    {
        ref readonly var row = ref decision.World.LinkRowAt(link);
        decision.Refusing = link;
        if (!row.Covers(service))
            return RefusalReason.ServiceNotCovered;
        if (LimitUse.IsByEquipment(request.Kind) && !row.Admits(decision.Profile))
            return RefusalReason.ProfileNotAdmitted;
        if (row.IsTrial && !IsTestAccount(in request, decision.World.Links[link]))
            return RefusalReason.NotATestAccount;
        decision.Refusing = LinkRow.None;
        return RefusalReason.None;
    }

    static AddressForm Caller(in AdmissionRequest request, Span<byte> buffer, out int length) => request.Caller.IsEmpty
        ? AddressText.Canonicalise(request.CallerBytes, buffer, out length) : AddressText.Canonicalise(request.Caller, buffer, out length);

    static bool IsTestAccount(in AdmissionRequest request, AgreementLink link)
    {
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        return Caller(in request, buffer, out var length) != AddressForm.None && link.AdmitsAccount(buffer[..length]);
    }

    static RefusalReason Choose(in AdmissionRequest request, ref Decision decision)
    {
        if (!IsWelcome(in request, in decision))
            return RefusalReason.NotOnWhiteList;
        // Never back to the sender.
        decision.Admissible = decision.Sender is { } sender ? Except(sender.Index, in decision) : Routes(in decision).All;
        // What is published here is shown from here: presence needs no way to anybody. Ways of roaming are home servers, whose health its hub knows.
        if (request.Path.IsEmpty)
            return decision.Admissible != 0 || request.Kind is GrantKind.Presence or GrantKind.Roaming ? RefusalReason.None : RefusalReason.NoRoute;
        var routes = Routes(in decision);
        var looped = false;
        for (var i = 0; i < routes.Candidates.Length; i++)
        {
            if (!Crosses(routes.Candidates[i], request.Path))
                continue;
            decision.Admissible &= ~(1UL << i);
            looped = true;
        }

        return decision.Admissible != 0 ? RefusalReason.None : looped ? RefusalReason.Loop : RefusalReason.NoRoute;
    }

    static RouteSet Routes(in Decision decision) =>
        decision.World.DestinationAt(decision.Destination)?.Routes ?? decision.World.ProviderRoutes(decision.Target);

    // Nearly all destinations have one way, and then the candidates are not looked at.
    static ulong Except(int neighbour, in Decision decision)
    {
        if (decision.Destination == DestinationRow.None)
            return Routes(in decision).Except(neighbour);
        ref readonly var row = ref decision.World.DestinationRowAt(decision.Destination);
        return row.All != 1 ? Routes(in decision).Except(neighbour) : row.OnlyNeighbour == neighbour ? 0 : row.All;
    }

    static bool IsWelcome(in AdmissionRequest request, in Decision decision) =>
        decision.Destination == DestinationRow.None || !decision.World.DestinationRowAt(decision.Destination).HasWhiteList ||
        IsOnWhiteList(in request, in decision, decision.World.DestinationAt(decision.Destination)!.WhiteList!);

    static bool IsOnWhiteList(in AdmissionRequest request, in Decision decision, AddressTable whiteList)
    {
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        if (System.Text.Ascii.FromUtf16(decision.World.Providers[decision.Origin].Id, buffer, out var written) == System.Buffers.OperationStatus.Done &&
            whiteList.Find(buffer[..written]) >= 0)
            return true;
        if (Caller(in request, buffer, out var length) == AddressForm.None)
            return false;
        var caller = (ReadOnlySpan<byte>)buffer[..length];
        return whiteList.Find(caller) >= 0 || whiteList.Find(caller[(caller.IndexOf((byte)'@') + 1)..]) >= 0;
    }

    static bool Crosses(Candidate candidate, ReadOnlySpan<string> path)
    {
        foreach (var exchange in candidate.Path)
        {
            if (Contains(path, exchange))
                return true;
        }

        return false;
    }

    static bool Contains(ReadOnlySpan<string> path, string exchange)
    {
        foreach (var hop in path)
        {
            if (string.Equals(hop, exchange, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    RefusalReason Take(in AdmissionRequest request, ref Decision decision, out Grant grant)
    {
        grant = default;
        var world = decision.World;
        var ports = LimitUse.TakesPorts(request.Kind) ? Math.Max(1, request.Ports) : 0;
        var (first, second) = (SliceOf(request.Kind, world, decision.First), SliceOf(request.Kind, world, decision.Second));
        if (first != LinkRow.None && world.Slices[first].TryTake(request.Kind, ports, request.NowNs, out decision.Limit) is var near and not TakeResult.Taken)
            return Exhausted(request.Kind, near, decision.First, ref decision);
        if (second != LinkRow.None && world.Slices[second].TryTake(request.Kind, ports, request.NowNs, out decision.Limit) is var far and not TakeResult.Taken)
        {
            GiveBack(in request, ports, world, first, LinkRow.None);
            return Exhausted(request.Kind, far, decision.Second, ref decision);
        }

        var slot = _grants.Take();
        if (slot < 0)
        {
            GiveBack(in request, ports, world, first, second);
            decision.RetryAfterNs = OverloadRetrySeconds * MonotonicTime.Second;
            return RefusalReason.Overload;
        }

        grant = Open(_grants, slot, in request, in decision, first, second, ports);
        return RefusalReason.None;
    }

    Grant Open(GrantTable table, int slot, in AdmissionRequest request, in Decision decision, int first, int second, int ports)
    {
        ref var state = ref table[slot];
        state.Correlation = request.Correlation.IsNull ? _ids.Next() : request.Correlation;
        state.World = decision.World;
        state.First = decision.First;
        state.Second = decision.Second;
        state.FirstSlice = first;
        state.SecondSlice = second;
        state.Destination = decision.Destination;
        state.Sender = decision.Sender?.Index ?? -1;
        state.Parent = request.Parent;
        state.Admissible = decision.Admissible;
        state.Origin = decision.Origin;
        state.Target = decision.Target;
        state.Ports = ports;
        state.Kind = request.Kind;
        state.IsEmergency = request.IsEmergency;
        return table.Open(slot);
    }

    static int SliceOf(GrantKind kind, World world, int link) => link == LinkRow.None ? LinkRow.None
        : kind == GrantKind.Roaming ? world.LinkRowAt(link).RoamingSlice : world.LinkRowAt(link).Slice;

    static void GiveBack(in AdmissionRequest request, int ports, World world, int first, int second)
    {
        foreach (var slice in (ReadOnlySpan<int>)[first, second])
        {
            if (slice == LinkRow.None)
                continue;
            world.Slices[slice].Release(request.Kind, ports);
            if (LimitUse.TakesRate(request.Kind))
                world.Slices[slice].ReturnCall();
        }
    }

    static RefusalReason Exhausted(GrantKind kind, TakeResult result, int link, ref Decision decision)
    {
        decision.Refusing = link;
        if (kind == GrantKind.Roaming)
            decision.Limit = LimitKind.RequestsPerSecond;
        if (result == TakeResult.StoreAway)
            return RefusalReason.LimitUnknown;
        return decision.Limit is LimitKind.CallsPerSecond or LimitKind.RequestsPerSecond ? RefusalReason.OverRate : RefusalReason.OverLimit;
    }

    Refusal Refuse(RefusalReason reason, in AdmissionRequest request, in Decision decision) => new()
    {
        Reason = reason,
        Incident = _ids.NextIncident(),
        Correlation = request.Correlation.IsNull ? _ids.Next() : request.Correlation,
        Sender = decision.Sender,
        Origin = decision.Origin < 0 ? null : decision.World.Providers[decision.Origin],
        Target = decision.Target < 0 ? null : decision.World.Providers[decision.Target],
        Link = decision.Refusing == LinkRow.None ? null : decision.World.Links[decision.Refusing],
        Limit = reason is RefusalReason.OverLimit or RefusalReason.OverRate or RefusalReason.LimitUnknown ? decision.Limit : LimitKind.None,
        RetryAfterSeconds = (int)Math.Min(int.MaxValue, (decision.RetryAfterNs + MonotonicTime.Second - 1) / MonotonicTime.Second),
    };

    /// <summary>What is known so far of a request.</summary>
    struct Decision
    {
        public World World;
        public NeighbourEntry? Sender;
        public ulong Admissible;
        public long RetryAfterNs;
        public int Origin;
        public int Target;
        public int Destination;
        public int First;
        public int Second;
        public int Refusing;
        public int Profile;
        public LimitKind Limit;
    }
}
