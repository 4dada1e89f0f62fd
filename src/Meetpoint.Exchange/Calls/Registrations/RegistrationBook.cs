using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Registrar;
using NodaTime;

namespace Meetpoint.Exchange.Calls.Registrations;

/// <summary>
/// Who is registered: the store has it, and this is what of it the signalling loop works with.
/// </summary>
/// <remarks>
/// What a REGISTER does is decided in the transaction that writes it, so two of them never see the same state, and is taken over here in the order
/// of the commits, before it is answered. On the loop only. Bounded by <see cref="RegistrarPolicy.MaxBindings"/> for each endpoint of the world.
/// </remarks>
sealed class RegistrationBook(Store store, IEventLoop loop, IClock clock, Ids ids, RegistrarPolicy policy, Func<SipTarget, SipFlow?> reach)
{
    readonly Dictionary<string, List<Registration>> _byAddress = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Registration> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<(string Listener, NetAddress Remote), int> _datagramFlows = [];
    readonly PriorityQueue<string, long> _expiring = new();

    /// <summary>Told of an address once a client has registered it, or has refreshed that.</summary>
    public event Action<string>? Registered;

    /// <summary>What is granted.</summary>
    public RegistrarPolicy Policy => policy;

    /// <summary>Bindings that are held; for a gauge.</summary>
    public int Count => _byId.Count;

    long NowMs => clock.GetCurrentInstant().ToUnixTimeMilliseconds();

    /// <summary>Takes over what the store has; once, before anything else.</summary>
    public void Load()
    {
        foreach (var (address, binding) in store.Read(reader => RegistrationRows.Load(reader, NowMs).ToList()))
            Hold(new Registration(address, binding, null));
    }

    /// <summary>
    /// Where a request to an address goes: groups to be tried one after the other, the highest q first; the targets of a group at once (RFC 3261 section
    /// 16.6), each another client. Empty when nobody is registered there who can be reached now.
    /// </summary>
    /// <param name="address">user@domain in any case, as <see cref="Interconnect.Endpoint.Sip"/> has it.</param>
    public IReadOnlyList<IReadOnlyList<RegisteredTarget>> Targets(string address)
    {
        if (!_byAddress.TryGetValue(address, out var registrations))
            return [];
        var now = NowMs;
        var ways = new Dictionary<string, RegisteredTarget>(registrations.Count, StringComparer.Ordinal);
        foreach (var registration in registrations)
        {
            if (registration.Binding.ExpiresMs > now && Target(registration) is { } target)
                ways[target.Id] = target;
        }

        // A flow that failed counts only where its client has no other.
        var reachable = registrations.Where(one => ways.ContainsKey(one.Binding.Id)).ToList();
        var living = reachable.Where(one => !one.HasFailed || !reachable.Exists(other => !other.HasFailed && IsSameInstance(one, other)));
        return
        [
            .. BindingTargets.Order(living.Select(one => one.Binding)).Select(group => (IReadOnlyList<RegisteredTarget>)
            [
                .. group.Select(target => ways[target.Binding.Id] with { Alternates = [.. target.Alternates.Select(other => ways[other.Id])] }),
            ]),
        ];
    }

    /// <summary>The flow of a target did not carry (no answer at all, 430): other flows of its client go first until it registers again.</summary>
    public void FlowFailed(string id)
    {
        if (_byId.TryGetValue(id, out var registration))
            registration.HasFailed = true;
    }

    /// <summary>True when a registration is reached over this flow, so that its keep-alives are to be answered.</summary>
    public bool IsReachedBy(SipFlow flow) => _datagramFlows.ContainsKey((flow.ListenerName, flow.Remote));

    /// <summary>True when a registration of this address is reached over this flow.</summary>
    public bool IsReachedBy(string address, SipFlow flow) =>
        _byAddress.TryGetValue(address, out var registrations) && registrations.Exists(one => one.Binding.Flow == FlowAddress.Of(flow));

    /// <summary>The way to a registered contact within a dialog: over the flow that it registered by. Null when it is not among them.</summary>
    public RegisteredTarget? WayTo(string address, ReadOnlySpan<byte> contact)
    {
        var wanted = System.Text.Encoding.UTF8.GetString(contact);
        var all = Targets(address).SelectMany(group => group).ToList();
        return all.Find(one => one.RequestUri.Equals(wanted, StringComparison.Ordinal)) ?? (all.Count == 1 ? all[0] : null);
    }

    /// <summary>Applies a REGISTER that is known to be allowed.</summary>
    /// <param name="address">Its address-of-record.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="flow">The flow that it came by.</param>
    /// <param name="done">Told what it is answered once that is durable, on the loop; what failed beside it when the store is away.</param>
    public void Register(string address, RegisterRequest request, SipFlow flow, Action<RegisterAnswer, Exception?> done)
    {
        var from = FlowAddress.Of(flow);
        var now = NowMs;
        var written = store.WriteAsync(transaction =>
        {
            var update = BindingUpdate.Apply(RegistrationRows.Of(transaction, address), request, from, policy, now, () => ids.New("reg"));
            foreach (var binding in update.Removed)
                RegistrationRows.Remove(transaction, binding.Id);
            foreach (var binding in update.Saved)
                RegistrationRows.Save(transaction, address, binding);
            transaction.AfterCommit(() => loop.Post(() =>
            {
                Take(address, update, flow);
                done(update.Answer, null);
                if (update.Saved.Count > 0)
                    Registered?.Invoke(address);
            }));
        });
        _ = written.ContinueWith(
            failed => loop.Post(() => done(new RegisterAnswer(500, null), failed.Exception!.InnerException!)),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>All of one address, or of all, by id; those that have expired are left out.</summary>
    public IEnumerable<Registration> List(string? address)
    {
        var now = NowMs;
        return (address is null ? _byId.Values : _byAddress.GetValueOrDefault(address, []).AsEnumerable())
            .Where(one => one.Binding.ExpiresMs > now).OrderBy(one => one.Binding.Id, StringComparer.Ordinal);
    }

    /// <summary>The registration with this id; null when there is none that has not expired.</summary>
    public Registration? Find(string id) => _byId.GetValueOrDefault(id) is { } found && found.Binding.ExpiresMs > NowMs ? found : null;

    /// <summary>True when there is a way to it now.</summary>
    public bool IsReachable(Registration registration) => registration.Way(reach) is not (null, null);

    /// <summary>Takes one away by the operator's hand; false when it is gone already. From any thread; done when durable and in force.</summary>
    public async Task<bool> RemoveAsync(string id)
    {
        var inForce = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isRemoved = await store.WriteAsync(transaction =>
        {
            var removed = RegistrationRows.Remove(transaction, id);
            transaction.AfterCommit(() => loop.Post(() =>
            {
                Drop(id);
                inForce.SetResult();
            }));
            return removed;
        }).ConfigureAwait(false);
        await inForce.Task.ConfigureAwait(false);
        return isRemoved;
    }

    /// <summary>Forgets what has expired, here and in the store. Regularly.</summary>
    public void Sweep()
    {
        var now = NowMs;
        var isAny = false;
        while (_expiring.TryPeek(out var id, out var expires) && expires <= now)
        {
            _expiring.Dequeue();
            if (!_byId.TryGetValue(id, out var registration))
                continue;
            if (registration.Binding.ExpiresMs > now)
            {
                _expiring.Enqueue(id, registration.Binding.ExpiresMs);
                continue;
            }

            Drop(id);
            isAny = true;
        }

        // What a crash left is seen to by the next that expires; a store that is away keeps them, and they are passed over.
        if (isAny)
            _ = store.WriteAsync(transaction => RegistrationRows.RemoveExpired(transaction, now));
    }

    /// <summary>Forgets the registrations of addresses that no longer are any endpoint's who may register.</summary>
    public void Keep(Func<string, bool> mayRegister)
    {
        foreach (var address in _byAddress.Keys.Where(address => !mayRegister(address)).ToList())
        {
            foreach (var registration in _byAddress[address].ToList())
                _ = RemoveAsync(registration.Binding.Id);
        }
    }

    RegisteredTarget? Target(Registration registration)
    {
        var (flow, hop) = registration.Way(reach);
        if (flow is null && hop is null)
            return null;
        return new RegisteredTarget
        {
            Id = registration.Binding.Id,
            RequestUri = registration.Binding.Contact,
            Routes = registration.Binding.Path,
            Flow = flow,
            NextHop = hop,
            Q = registration.Binding.Q,
            SpeaksClue = registration.Binding.HasFeature(ClueNames.FeatureTag),
        };
    }

    static bool IsSameInstance(Registration one, Registration other) =>
        one.Binding.Instance is { } instance && instance.Equals(other.Binding.Instance, StringComparison.OrdinalIgnoreCase);

    void Take(string address, BindingUpdate update, SipFlow flow)
    {
        foreach (var binding in update.Removed)
            Drop(binding.Id);
        foreach (var binding in update.Saved)
        {
            var isKnown = Drop(binding.Id);
            Hold(new Registration(address, binding, flow), isKnown);
            // As long as the binding is good, the connection that it is reached by is not idle.
            flow.KeptUntilNs = Math.Max(flow.KeptUntilNs, loop.NowNs + (binding.ExpiresMs - binding.RegisteredMs) * MonotonicTime.Millisecond);
        }
    }

    /// <param name="registration">New, or refreshed.</param>
    /// <param name="isAwaited">Its expiry is awaited already, maybe for an earlier time.</param>
    void Hold(Registration registration, bool isAwaited = false)
    {
        if (!_byAddress.TryGetValue(registration.Address, out var registrations))
            _byAddress[registration.Address] = registrations = [];
        registrations.Add(registration);
        var binding = registration.Binding;
        _byId[binding.Id] = registration;
        if (!isAwaited)
            _expiring.Enqueue(binding.Id, binding.ExpiresMs);
        if (binding.Flow is { Transport: SipTransport.Udp } flow)
            _datagramFlows[(flow.ListenerName, flow.Remote)] = _datagramFlows.GetValueOrDefault((flow.ListenerName, flow.Remote)) + 1;
    }

    bool Drop(string id)
    {
        if (!_byId.Remove(id, out var registration))
            return false;
        var registrations = _byAddress[registration.Address];
        registrations.Remove(registration);
        if (registrations.Count == 0)
            _byAddress.Remove(registration.Address);
        if (registration.Binding.Flow is { Transport: SipTransport.Udp } flow)
        {
            var key = (flow.ListenerName, flow.Remote);
            if (--_datagramFlows[key] == 0)
                _datagramFlows.Remove(key);
        }

        return true;
    }
}
