using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Radius.Tests.Exchanges;

public sealed class RequestTableTests
{
    const long Second = MonotonicTime.Second;

    [Fact]
    public void TryTake_MoreThanOnePortHas_TakesFurtherPortsUpToTheLimit()
    {
        var table = Table(new RequestTableOptions());
        var ids = new HashSet<RequestId>();
        for (var i = 0; i < 64 * 256; i++)
        {
            table.TryTake(0, "r", null, out var id).ShouldBeTrue();
            ids.Add(id).ShouldBeTrue($"{id} is in use twice");
        }

        table.Ports.ShouldBe(64);
        table.Count.ShouldBe(16_384);
        table.TryTake(0, "r", null, out _).ShouldBeFalse("all 16,384 are in use");
    }

    [Fact]
    public void Timeout_IdRests_ForTheQuarantine()
    {
        var table = Table(new RequestTableOptions { MaxPorts = 1, TimeoutNs = Second });
        table.TryTake(0, "r", null, out var first).ShouldBeTrue();
        for (var i = 1; i < 256; i++)
            table.TryTake(6 * Second, "r", null, out _).ShouldBeTrue();
        table.TryTakeDue(Second, out var due).ShouldBeTrue();
        due.Id.ShouldBe(first);
        table.TryFind(due.Id, out _, out _).ShouldBeFalse("an answer that comes late finds nothing");
        table.TryTake((6 * Second) - 1, "r", null, out _).ShouldBeFalse("it rests for five seconds");
        table.TryTake(6 * Second, "r", null, out var id).ShouldBeTrue();
        id.ShouldBe(due.Id);
    }

    [Fact]
    public void Release_IdIsFreeAtOnce_AndTakenLast()
    {
        var table = Table(new RequestTableOptions { MaxPorts = 1 });
        for (var i = 0; i < 200; i++)
            table.TryTake(0, "r", null, out _).ShouldBeTrue();
        table.Release(new RequestId(0, 17));
        table.TryFind(new RequestId(0, 17), out _, out _).ShouldBeFalse("an answer that comes twice finds nothing");
        for (var i = 200u; i < 256; i++)
        {
            table.TryTake(0, "r", null, out var other).ShouldBeTrue();
            other.ShouldBe(new RequestId(0, i));
        }

        table.TryTake(0, "r", null, out var id).ShouldBeTrue();
        id.ShouldBe(new RequestId(0, 17));
    }

    [Fact]
    public void TryFind_ByPortAndIdentifier_HasTheMark()
    {
        var table = Table(new RequestTableOptions());
        table.TryTake(0, "first", null, out var id).ShouldBeTrue();
        var mark = new RequestMark(RadiusCode.AccessRequest, id.Id, new RequestAuthenticator(1, 2));
        table.SetMark(id, mark);
        table.TryFind(id, out var owner, out var found).ShouldBeTrue();
        (owner, found).ShouldBe(("first", mark));
        table.TryFind(new RequestId(1, id.Id), out _, out _).ShouldBeFalse("another port");
        table.TryFind(new RequestId(-1, 0), out _, out _).ShouldBeFalse();
        table.TryFind(new RequestId(0, uint.MaxValue), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryTakeDue_ProxiedRequest_IsNeverSentAgain()
    {
        var table = Table(new RequestTableOptions { TimeoutNs = 20 * Second });
        table.TryTake(0, "a", null, out _).ShouldBeTrue();
        table.TryTake(Second, "b", null, out _).ShouldBeTrue();
        table.NextDueNs.ShouldBe(20 * Second);
        table.TryTakeDue((20 * Second) - 1, out _).ShouldBeFalse();
        table.TryTakeDue(20 * Second, out var due).ShouldBeTrue();
        (due.Owner, due.IsOver).ShouldBe(("a", true));
        table.TryTakeDue(20 * Second, out _).ShouldBeFalse();
        table.NextDueNs.ShouldBe(21 * Second);
        table.Count.ShouldBe(1);
    }

    /// <summary>2, 4, 8, 16 seconds, each within a tenth of it, and over after 30 (RFC 5080 section 2.2.1).</summary>
    [Fact]
    public void TryTakeDue_OwnRequest_IsSentAgainByTheRfc()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var table = new RequestTable<string>(new RequestTableOptions(), new Random(seed));
            table.TryTake(0, "own", RetransmissionPolicy.Standard, out var id).ShouldBeTrue();
            var at = new List<double>();
            while (table.NextDueNs is var next && next != long.MaxValue)
            {
                table.TryTakeDue(next, out var due).ShouldBeTrue();
                due.Id.ShouldBe(id);
                at.Add(next / (double)Second);
                if (due.IsOver)
                    break;
            }

            at.Count.ShouldBeInRange(4, 5, "sent again after some 2, 6 and 14 s, by chance just before 30 s, and then over");
            at[0].ShouldBeInRange(1.8, 2.2);
            (at[1] - at[0]).ShouldBeInRange(1.9 * at[0], 2.1 * at[0]);
            at[^1].ShouldBe(30.0);
            table.Count.ShouldBe(0);
        }
    }

    [Fact]
    public void TryTakeDue_OwnRequestThatWasAnswered_IsNot()
    {
        var table = Table(new RequestTableOptions());
        table.TryTake(0, "own", RetransmissionPolicy.Standard, out var id).ShouldBeTrue();
        table.Release(id);
        table.NextDueNs.ShouldBe(long.MaxValue);
        table.TryTakeDue(100 * Second, out _).ShouldBeFalse();
    }

    [Fact]
    public void Tokens_OneConnectionHasAll()
    {
        var table = Table(new RequestTableOptions { HasTokens = true, MaxPorts = 4 });
        for (var i = 0u; i < 1_024; i++)
        {
            table.TryTake(0, "r", null, out var id).ShouldBeTrue();
            id.ShouldBe(new RequestId(0, i));
        }

        table.Ports.ShouldBe(1);
        table.TryFind(new RequestId(0, 1_023), out _, out _).ShouldBeTrue();
        for (var i = 0; i < 1_024; i++)
            table.TryTakeOf(0, Second, out _).ShouldBeTrue();
        table.TryTakeOf(0, Second, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryTakeOf_ConnectionThatIsGone_EndsItsOwnAlone()
    {
        var table = Table(new RequestTableOptions());
        for (var i = 0; i < 300; i++)
            table.TryTake(0, "r", null, out _).ShouldBeTrue();
        var over = 0;
        while (table.TryTakeOf(1, 1, out var due))
        {
            due.Id.Port.ShouldBe(1);
            over++;
        }

        over.ShouldBe(44);
        table.Count.ShouldBe(256);
    }

    /// <summary>Whatever is taken and released in whatever order: no id is in use twice, none comes back within its rest, and nothing is lost.</summary>
    [Fact]
    public void AnySequence_NoIdTwiceAndNoneLost()
    {
        var step = from kind in Gen.Choose(0, 9)
                   from pick in Gen.Choose(0, 10_000)
                   select (kind, pick);
        Prop.ForAll(step.ListOf(3_000).ToArbitrary(), steps =>
        {
            var table = Table(new RequestTableOptions { MaxPorts = 2, TimeoutNs = 3 * Second, QuarantineNs = Second });
            var inUse = new List<RequestId>();
            var rests = new Dictionary<RequestId, long>();
            var now = 0L;
            foreach (var (kind, pick) in steps)
            {
                now += pick * 1_000L;
                if (kind < 6 && table.TryTake(now, "r", kind == 0 ? RetransmissionPolicy.Standard : null, out var id))
                {
                    inUse.ShouldNotContain(id);
                    if (rests.TryGetValue(id, out var until))
                        now.ShouldBeGreaterThanOrEqualTo(until);
                    inUse.Add(id);
                }
                else if (kind < 9 && inUse.Count > 0)
                {
                    id = inUse[pick % inUse.Count];
                    table.Release(id);
                    inUse.Remove(id);
                    rests.Remove(id);
                }

                while (table.TryTakeDue(now, out var due))
                {
                    if (!due.IsOver)
                        continue;
                    inUse.Remove(due.Id).ShouldBeTrue();
                    rests[due.Id] = now + Second;
                }

                table.Count.ShouldBe(inUse.Count);
            }

            return inUse.All(each => table.TryFind(each, out _, out _));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    static RequestTable<string> Table(RequestTableOptions options) => new(options, new Random(1));
}
