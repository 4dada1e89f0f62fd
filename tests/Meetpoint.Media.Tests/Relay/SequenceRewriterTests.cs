using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Media.Relay;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

public sealed class SequenceRewriterTests
{
    [Fact]
    public void TryPass_NothingChanged_KeepsEveryNumber()
    {
        var rewriter = default(SequenceRewriter);
        foreach (var sequence in (ushort[])[65_534, 65_535, 0, 2, 1, 1, 5, 40_000, 3])
        {
            rewriter.TryPass(sequence, out var renumbered).ShouldBeTrue();
            renumbered.ShouldBe(sequence);
        }

        rewriter.IsShifted.ShouldBeFalse();
    }

    [Fact]
    public void Remove_OverTheWrap_ClosesUp()
    {
        var rewriter = default(SequenceRewriter);
        rewriter.TryPass(65_534, out _);
        rewriter.Remove(65_535);
        rewriter.Remove(0);
        rewriter.Remove(0);
        rewriter.TryPass(1, out var renumbered).ShouldBeTrue();
        renumbered.ShouldBe((ushort)65_535);
    }

    [Fact]
    public void Insert_BehindTheNewest_TakesTheNextNumber()
    {
        var rewriter = default(SequenceRewriter);
        rewriter.TryPass(10, out _);
        rewriter.Insert().ShouldBe((ushort)11);
        rewriter.Insert().ShouldBe((ushort)12);
        rewriter.TryPass(11, out var next).ShouldBeTrue();
        next.ShouldBe((ushort)13);
        rewriter.TryPass(10, out var twice).ShouldBeTrue();
        twice.ShouldBe((ushort)10, "it stood before what was put in");
    }

    [Fact]
    public void TryPass_LatePacket_HasTheNumberOfItsTime()
    {
        var rewriter = default(SequenceRewriter);
        rewriter.TryPass(1, out _);
        rewriter.TryPass(3, out _);
        rewriter.Remove(4);
        rewriter.TryPass(6, out var six);
        six.ShouldBe((ushort)5);
        rewriter.TryPass(2, out var two).ShouldBeTrue();
        two.ShouldBe((ushort)2);
        rewriter.TryPass(5, out var five).ShouldBeTrue();
        five.ShouldBe((ushort)4);
        rewriter.TryPass(4, out _).ShouldBeFalse("its number went to its successor");
    }

    [Fact]
    public void TryPass_LaterThanTheKeptChanges_IsRefused()
    {
        var rewriter = default(SequenceRewriter);
        rewriter.TryPass(0, out _);
        for (ushort i = 2; i < 2 + SequenceRewriter.MaxChanges + 1; i++)
            rewriter.Remove(i);
        rewriter.TryPass(1, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryPass_SenderBeginsAnew_GoesOnFromThere()
    {
        var rewriter = default(SequenceRewriter);
        rewriter.TryPass(100, out _);
        rewriter.Remove(101);
        rewriter.TryPass(30_000, out var renumbered).ShouldBeTrue();
        renumbered.ShouldBe((ushort)29_999);
        rewriter.TryPass(29_999, out renumbered).ShouldBeTrue();
        renumbered.ShouldBe((ushort)29_998);
    }

    /// <summary>Each packet of a stream is passed, lost, taken out or overtaken by its successor, and between them some are put in.</summary>
    [Fact]
    public void AnyStream_WhatGoesOnIsInOrderAndOnlyLossLeavesGaps()
    {
        var step = Gen.Choose(0, 9);
        Prop.ForAll(step.ArrayOf().ToArbitrary(), Gen.Choose(0, 65_535).ToArbitrary(), (steps, first) =>
        {
            var rewriter = default(SequenceRewriter);
            var given = new Dictionary<long, ushort>(); // by place in the true order
            var sequence = (ushort)first;
            long place = 0;
            var unseen = 0; // lost since the newest that was seen: what is put in goes before them
            rewriter.TryPass(sequence, out var zero);
            given[place++] = zero;
            for (var i = 0; i < steps.Length; i++)
            {
                sequence++;
                switch (steps[i])
                {
                    case 0:
                        place++;
                        unseen++;
                        continue;
                    case 1:
                        rewriter.Remove(sequence);
                        break;
                    case 2:
                        given[place++ - unseen] = rewriter.Insert();
                        sequence--;
                        continue;
                    case 3: // overtaken by its successor
                        rewriter.TryPass((ushort)(sequence + 1), out var later).ShouldBeTrue();
                        rewriter.TryPass(sequence, out var earlier).ShouldBeTrue();
                        (given[place], given[place + 1]) = (earlier, later);
                        place += 2;
                        sequence++;
                        break;
                    default:
                        rewriter.TryPass(sequence, out var renumbered).ShouldBeTrue();
                        given[place++] = renumbered;
                        break;
                }

                unseen = 0;
            }

            return given.All(pair => (ushort)(pair.Value - zero) == (ushort)pair.Key);
        }).QuickCheckThrowOnFailure();
    }
}
