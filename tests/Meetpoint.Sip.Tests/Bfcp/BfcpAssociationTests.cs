using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Bfcp;

/// <summary>Transactions of floor control: sent again, answered again, in fragments, over streams, and with ends that send anything.</summary>
public sealed class BfcpAssociationTests
{
    const long Second = MonotonicTime.Second;

    [Fact]
    public void Unanswered_IsSentFourTimesWithDoubledTimes_ThenLost()
    {
        var end = new BfcpEnd(isReliable: false);
        end.Association.Ask(Hello, 0);
        var sent = new List<long> { 0 };
        while (end.Association.DueNs != long.MaxValue)
        {
            var (dueNs, before) = (end.Association.DueNs, end.Sent.Count);
            end.Association.OnTime(dueNs);
            if (end.Sent.Count > before)
                sent.Add(dueNs);
            else
                dueNs.ShouldBe(15 * Second / 2, "given up after 7.5 s");
        }

        sent.ShouldBe([0, Second / 2, 3 * Second / 2, 7 * Second / 2]);
        end.Lost.ShouldBe(1);
        end.Sent.ShouldAllBe(bytes => bytes.SequenceEqual(end.Sent[0]), "the same octets each time");
    }

    [Fact]
    public void SecondOfTwo_WaitsForTheFirstsAnswer()
    {
        var end = new BfcpEnd(isReliable: false);
        end.Association.Ask(Hello, 0);
        end.Association.Ask(Hello, 0);
        var first = end.Take().ShouldHaveSingleItem();
        end.Association.OnBytes(AnswerTo(first), Second);
        var second = end.Take().ShouldHaveSingleItem();
        second.Transaction.ShouldNotBe(first.Transaction);
        end.Association.OnBytes(AnswerTo(first), Second);
        end.Answered.Count.ShouldBe(1, "a late double answers nothing");
    }

    [Fact]
    public void AskedAgain_IsAnsweredAgainWithTheSame_AndDoneOnce()
    {
        var end = new BfcpEnd(isReliable: false);
        var asked = BfcpVectors.All["floor-request-status-revoked"];
        end.Association.OnBytes(asked, 0);
        end.Association.OnBytes(asked, 9 * Second);
        end.Told.Count.ShouldBe(1, "done once");
        end.Sent.Count.ShouldBe(2);
        end.Sent[1].ShouldBe(end.Sent[0]);
        end.Association.OnBytes(asked, 11 * Second);
        end.Told.Count.ShouldBe(2, "after ten seconds it is another");
    }

    [Fact]
    public void TooManyWaiting_IsALostEnd()
    {
        var end = new BfcpEnd(isReliable: false);
        for (var i = 0; i <= BfcpAssociation.MaxWaiting; i++)
            end.Association.Notify(Hello, 0);
        end.Lost.ShouldBe(1);
        end.Association.DueNs.ShouldBe(long.MaxValue, "nothing is on its way any more");
    }

    [Fact]
    public void VersionOfADraft_IsAnsweredInThat_AndAnotherIsRefused()
    {
        var end = new BfcpEnd(isReliable: false);
        end.Association.OnBytes(BfcpVectors.All["floor-request-stream"], 0);
        end.Take().ShouldHaveSingleItem().Version.ShouldBe((byte)1);
        var third = BfcpVectors.All["hello"].ToArray();
        third[0] = 3 << 5;
        end.Association.OnBytes(third, 0);
        end.Take().ShouldHaveSingleItem().Find(BfcpAttributeType.ErrorCode)!.Error.ShouldBe(BfcpErrorCode.UnsupportedVersion);
        var stream = new BfcpEnd(isReliable: true);
        stream.Association.OnBytes(BfcpVectors.All["hello"], 0);
        stream.Take().ShouldHaveSingleItem().Find(BfcpAttributeType.ErrorCode)!.Error.ShouldBe(BfcpErrorCode.UnsupportedVersion, "version 2 is that of datagrams");
    }

    [Fact]
    public void Long_GoesInFragmentsThatFit_AndIsWholeInAnyOrder()
    {
        var (one, other) = (new BfcpEnd(isReliable: false), new BfcpEnd(isReliable: false));
        var message = Hello with
        {
            Primitive = BfcpPrimitive.FloorStatus,
            Attributes = [.. Enumerable.Range(0, 30).Select(static i => BfcpAttribute.OfText(BfcpAttributeType.StatusInfo, new string((char)('a' + (i % 26)), 100), 100))],
        };
        one.Association.Ask(message, 0);
        one.Sent.Count.ShouldBe(3);
        one.Sent.ShouldAllBe(static datagram => datagram.Length <= BfcpFragments.MaxDatagramBytes);
        foreach (var fragment in (int[])[2, 0, 0, 1])
            other.Association.OnBytes(one.Sent[fragment], 0);
        other.Told.ShouldHaveSingleItem().Attributes.Select(static attribute => attribute.Text).ShouldBe(message.Attributes.Select(static attribute => attribute.Text));
        one.Association.OnBytes(other.Sent[0], 0);
        one.Answered.Count.ShouldBe(1);
    }

    [Fact]
    public void FragmentOfMoreThanIsTaken_IsRefused_AndHoldsNothing()
    {
        var end = new BfcpEnd(isReliable: false);
        var header = new BfcpHeader { Version = 2, Primitive = BfcpPrimitive.Hello, IsFragment = true, PayloadBytes = 4 * 65_535, FragmentBytes = 4, Conference = 1, Transaction = 5, User = 7 };
        var bytes = new byte[header.WireLength + 4];
        header.Write(bytes);
        end.Association.OnBytes(bytes, 0);
        end.Take().ShouldHaveSingleItem().Find(BfcpAttributeType.ErrorCode)!.Error.ShouldBe(BfcpErrorCode.IncorrectLength);
    }

    [Fact]
    public void Stream_IsCutByLength_HoweverItComes()
    {
        var end = new BfcpEnd(isReliable: true);
        byte[] stream = [.. BfcpVectors.All["floor-request-stream"], .. BfcpVectors.All["floor-request-stream"]];
        foreach (var octet in stream)
            end.Association.OnBytes([octet], 0);
        end.Told.Count.ShouldBe(2);
        end.Association.OnBytes(stream, 0);
        end.Told.Count.ShouldBe(4);
        end.Association.OnBytes([0x28, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0);
        end.Association.IsBroken.ShouldBeTrue("no fragments over a stream");
        end.Association.OnBytes(stream, 0);
        end.Told.Count.ShouldBe(4, "what follows is not read");
    }

    [Fact]
    public void LossyNetwork_EveryQuestionIsAnsweredOnceAndDoneOnce()
    {
        var done = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var world = new VirtualWorld(seed);
            world.Network.DefaultConditions = new LinkConditions
            {
                Loss = 0.2, Duplication = 0.1, Reordering = 0.2, JitterNs = 30 * MonotonicTime.Millisecond, ReorderNs = 700 * MonotonicTime.Millisecond,
            };
            var (one, other) = (new BfcpEnd(world, "192.0.2.1"), new BfcpEnd(world, "192.0.2.2"));
            (one.Remote, other.Remote) = (other.Local, one.Local);
            one.Run(() =>
            {
                for (var i = 0; i < 5; i++)
                    one.Association.Ask(Hello, 0);
            });
            world.RunFor(60 * Second);
            other.Told.Select(static message => message.Transaction).Distinct().Count().ShouldBe(other.Told.Count, $"seed {seed}: each is done once");
            if (one.Lost == 0)
            {
                one.Answered.Count.ShouldBe(5, $"seed {seed}");
                done++;
            }
        }

        done.ShouldBeGreaterThan(40, "of 60 runs over a network that loses a fifth, most lose nothing for four times in a row");
    }

    [Fact]
    public void Mutated_NeverThrows_AndNothingGrows()
    {
        var corpus = BfcpVectors.All.Values.Concat(BfcpFragments.Split((Hello with
        {
            Attributes = [.. Enumerable.Range(0, 12).Select(static _ => BfcpAttribute.OfText(BfcpAttributeType.StatusInfo, new string('x', 200), 200))],
        }).ToBytes())).ToArray();
        foreach (var isReliable in (bool[])[false, true])
        {
            var end = new BfcpEnd(isReliable);
            for (var seed = 1; seed <= 10_000; seed++)
            {
                if (end.Association.IsBroken)
                    end = new BfcpEnd(isReliable);
                end.Association.OnBytes(Mutation.Of(corpus, new Random(seed)), seed);
                end.Sent.Count.ShouldBeLessThan(400, $"seed {seed}: what is sent is no more than what came");
                end.Sent.Clear();
            }
        }
    }

    static BfcpMessage Hello => new() { Primitive = BfcpPrimitive.Hello, Conference = 1, User = 7, Version = 2 };

    static byte[] AnswerTo(BfcpMessage asked) => (asked with { Primitive = BfcpPrimitive.HelloAck, IsResponse = true }).ToBytes();
}
