using System.Net;
using System.Net.Sockets;
using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Radius.Discovery;

/// <summary>
/// One realm being looked up (RFC 7585 section 3.4): NAPTR to SRV to addresses, one question after the other, in the time that it has. What NAPTR leads to is gone through in its
/// order, down to the addresses of the first before the second is asked about. For the loop's thread; used once.
/// </summary>
/// <param name="names">Asks for the records.</param>
/// <param name="loop">Where the answers come.</param>
/// <param name="random">Seeded; draws among SRV weights.</param>
/// <param name="options">Bounds.</param>
/// <param name="done">Hears what came of it, once, and never within <see cref="Begin"/>.</param>
public sealed class RealmLookup(INameResolver names, IEventLoop loop, Random random, RealmLookupOptions options, Action<RealmServers> done) : TimerNode
{
    readonly Stack<Step> _ahead = new();
    readonly HashSet<Step> _taken = [];
    readonly List<RealmQuestion> _questions = [];
    readonly List<DiscoveredServer> _servers = [];
    IReadOnlyList<DiscoveryService> _services = [];
    bool _isSelf;
    bool _isPartial;
    bool _isOver;

    /// <summary>Begins.</summary>
    /// <param name="name">Of <see cref="RealmName.Of"/>.</param>
    /// <param name="services">What is looked for; each holds only where no record has the one before it.</param>
    public void Begin(string name, params IReadOnlyList<DiscoveryService> services)
    {
        _services = services;
        loop.Timers.Arm(this, loop.NowNs + (options.TimeoutMs * MonotonicTime.Millisecond));
        _ahead.Push(new Step(DiscoveryQuestion.Naptr, name, 0, 1));
        Next();
    }

    /// <summary>Its result is not wanted any more.</summary>
    public void Stop()
    {
        _isOver = true;
        loop.Timers.Cancel(this);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs)
    {
        _isPartial = true;
        Finish();
    }

    void Next()
    {
        if (_isOver)
            return;
        while (_ahead.TryPop(out var step))
        {
            if (!_taken.Add(step))
                continue; // names in a circle, or two that lead to one
            var cost = step.Question == DiscoveryQuestion.Addresses ? 2 : 1;
            if (_servers.Count >= RealmLookupOptions.MaxServers || _questions.Count + cost > RealmLookupOptions.MaxQuestions)
                break;
            Ask(step);
            return;
        }

        Finish();
    }

    void Ask(Step step)
    {
        switch (step.Question)
        {
            case DiscoveryQuestion.Naptr:
                Query(step.Name, DnsType.Naptr, answer => OnNaptr(step, answer));
                break;
            case DiscoveryQuestion.Servers:
                Query(step.Name, DnsType.Srv, answer => Push(SrvOrder.Order(answer.Records.OfType<SrvRecord>().Take(RealmLookupOptions.MaxServers), random)
                    .Where(server => server.Target.Length > 0 && server.Port > 0).Select(server => new Step(DiscoveryQuestion.Addresses, server.Target, server.Port, step.Depth))));
                break;
            default:
                Query(step.Name, DnsType.Aaaa, six =>
                {
                    Take(step, six);
                    Query(step.Name, DnsType.A, four =>
                    {
                        Take(step, four);
                        Next();
                    });
                });
                break;
        }
    }

    void Query(string name, DnsType type, Action<DnsAnswer> go) => names.Query(name, type, answer =>
    {
        if (_isOver)
            return;
        _questions.Add(new RealmQuestion(type, name, answer));
        _isPartial |= answer.Status == DnsAnswerStatus.Failed;
        go(answer);
    });

    void OnNaptr(Step step, DnsAnswer answer)
    {
        var records = answer.Records.OfType<NaptrRecord>().ToList();
        var steps = _services.Select(service => NaptrSelection.Select(records, service)).FirstOrDefault(found => found.Count > 0) ?? [];
        Push(steps.Where(next => next.Question != DiscoveryQuestion.Naptr || step.Depth < NaptrSelection.MaxDepth).Select(next => new Step(
            next.Question, DnsName.Normalise(next.Name), next.Question == DiscoveryQuestion.Addresses ? NaptrSelection.DefaultPort : 0, step.Depth + 1)));
    }

    /// <summary>What comes of an answer is gone through before what stood behind its question.</summary>
    void Push(IEnumerable<Step> steps)
    {
        foreach (var step in steps.Reverse())
            _ahead.Push(step);
        Next();
    }

    void Take(Step step, DnsAnswer answer)
    {
        foreach (var record in answer.Records.OfType<AddressRecord>())
        {
            var server = new DiscoveredServer(step.Name, record.Address.WithPort(step.Port));
            if (!IsReachable(record.Address) || _servers.Count >= RealmLookupOptions.MaxServers || _servers.Any(known => known.Address == server.Address))
                continue;
            if (options.IsSelf(server))
                _isSelf = true;
            else
                _servers.Add(server);
        }
    }

    /// <summary>False for addresses that are nobody else's, to which a stranger's zone must not send us.</summary>
    bool IsReachable(NetAddress address)
    {
        if (address.IsLoopback)
            return options.TakesLoopback;
        var ip = address.ToIPAddress();
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            return !ip.IsIPv6Multicast && !ip.IsIPv6LinkLocal && !ip.Equals(IPAddress.IPv6Any);
        var (first, second) = ((byte)(address.IPv4Bits >> 24), (byte)(address.IPv4Bits >> 16));
        return first is > 0 and < 224 && (first, second) != (169, 254);
    }

    void Finish()
    {
        if (_isOver)
            return;
        Stop();
        var outcome = _servers.Count > 0 ? RealmOutcome.Found : _isPartial ? RealmOutcome.Silent : _isSelf ? RealmOutcome.Self : RealmOutcome.Absent;
        done(new RealmServers(outcome, _servers, LifeOf(outcome), _questions));
    }

    /// <summary>What is incomplete is looked at again soon. An absence lives as long as the zone says of absences; servers as long as what led to them, whatever else is absent.</summary>
    uint LifeOf(RealmOutcome outcome)
    {
        if (outcome == RealmOutcome.Silent)
            return 0;
        return _isPartial ? options.MinLifeSeconds : NaptrSelection.LifeOf(
            _questions.Where(question => outcome == RealmOutcome.Absent || question.Answer.Status == DnsAnswerStatus.Found).Select(question => question.Answer.LifeSeconds),
            options.MinLifeSeconds, options.MaxLifeSeconds);
    }

    /// <summary>A question that is ahead; the port belongs to addresses, the depth to NAPTR.</summary>
    readonly record struct Step(DiscoveryQuestion Question, string Name, int Port, int Depth)
    {
        public bool Equals(Step other) => Question == other.Question && Port == other.Port && Name == other.Name;

        public override int GetHashCode() => HashCode.Combine(Question, Name, Port);
    }
}
