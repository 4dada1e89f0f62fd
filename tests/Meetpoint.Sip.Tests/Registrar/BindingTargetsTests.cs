using Meetpoint.Net;
using Meetpoint.Sip.Registrar;
using Shouldly;

namespace Meetpoint.Sip.Tests.Registrar;

public sealed class BindingTargetsTests
{
    [Fact]
    public void Order_OfSeveralQ_TriesTheHighestFirstAndEqualOnesAtOnce() =>
        Text([Of("a", q: 300), Of("b", q: 1_000), Of("c", q: 300, registeredMs: 5), Of("d", q: 0)]).ShouldBe("b | c, a | d");

    [Fact]
    public void Order_FlowsOfOneInstance_AreOneTargetByTheLowestThatLives() =>
        Text([Of("a", instance: "<urn:uuid:1>", regId: 2), Of("b", instance: "<URN:UUID:1>", regId: 1), Of("c", instance: "<urn:uuid:2>", regId: 3, registeredMs: -1)])
            .ShouldBe("b (a), c");

    [Fact]
    public void Order_AnInstanceStartedAnew_IsReachedWhereItIsNow() =>
        Text([Of("old", instance: "<urn:uuid:1>"), Of("new", instance: "<urn:uuid:1>", registeredMs: 9)]).ShouldBe("new (old)");

    [Fact]
    public void Order_Nothing_IsNothing() => BindingTargets.Order([]).ShouldBeEmpty();

    static string Text(ContactBinding[] bindings) => string.Join(" | ", BindingTargets.Order(bindings).Select(group => string.Join(", ", group.Select(
        target => target.Binding.Id + (target.Alternates.Count == 0 ? "" : $" ({string.Join(", ", target.Alternates.Select(one => one.Id))})")))));

    static ContactBinding Of(string id, int q = 1_000, string? instance = null, int regId = 0, long registeredMs = 0) => new()
    {
        Id = id, Contact = $"sip:{id}@h", Q = q, Instance = instance, RegId = regId, IsOutbound = regId > 0, CallId = id, CSeq = 1,
        RegisteredMs = registeredMs, ExpiresMs = 100, Flow = new FlowAddress(SipTransport.Udp, "udp", NetAddress.Parse("192.0.2.7:5060")),
    };
}
