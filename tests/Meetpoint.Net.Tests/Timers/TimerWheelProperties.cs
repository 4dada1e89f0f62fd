using FsCheck;
using FsCheck.Fluent;
using Shouldly;

namespace Meetpoint.Net.Tests.Timers;

/// <summary>The wheel against a plain sorted list, over random runs of arm, cancel and advance.</summary>
public sealed class TimerWheelProperties
{
    const int TimerCount = 24;

    [Fact]
    public void AnyRunOfCalls_GivesWhatASortedListGives()
    {
        var step = Gen.Choose(0, 9).SelectMany(_ => Gen.Choose(0, TimerCount - 1), (kind, timer) => (kind, timer))
            .SelectMany(_ => Gen.Choose(0, 40), (pair, size) => (pair.kind, pair.timer, size))
            .SelectMany(_ => Gen.Choose(0, int.MaxValue), (three, salt) => new Step(three.kind, three.timer, three.size, salt));
        var runs = Gen.ListOf(step, 200).ToArbitrary();
        Prop.ForAll(runs, steps => Agree(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    static bool Agree(IEnumerable<Step> steps)
    {
        const long startNs = 123_456_789;
        var nowNs = startNs;
        var wheel = new TimerWheel(startNs);
        var reference = new SortedReference();
        var fired = new List<int>();
        var timers = Enumerable.Range(0, TimerCount).Select(i => new Numbered(i, fired)).ToArray();
        foreach (var step in steps)
        {
            // Sizes are powers of two, so that every level of the wheel is met.
            var spanNs = step.Salt % (1L << step.Size);
            switch (step.Kind)
            {
                case < 5:
                    wheel.Arm(timers[step.Timer], nowNs + spanNs - 1000);
                    reference.Arm(step.Timer, nowNs + spanNs - 1000);
                    break;
                case < 7:
                    wheel.Cancel(timers[step.Timer]);
                    reference.Cancel(step.Timer);
                    break;
                default:
                    nowNs = step.Kind == 9 && wheel.NextDueNs != long.MaxValue ? Math.Max(nowNs, wheel.NextDueNs) : nowNs + spanNs;
                    fired.Clear();
                    wheel.Advance(nowNs);
                    fired.ShouldBe(reference.Advance(nowNs));
                    break;
            }

            wheel.NextDueNs.ShouldBeLessThanOrEqualTo(reference.NextDueNs);
            wheel.Count.ShouldBe(reference.Count);
            timers.Count(timer => timer.IsArmed).ShouldBe(reference.Count);
        }

        return true;
    }

    readonly record struct Step(int Kind, int Timer, int Size, int Salt);

    sealed class Numbered(int number, List<int> fired) : TimerNode
    {
        protected internal override void Fire(long nowNs) => fired.Add(number);
    }

    sealed class SortedReference
    {
        readonly SortedDictionary<(long DueNs, long Order), int> _armed = [];
        readonly Dictionary<int, (long, long)> _keys = [];
        long _order;

        internal int Count => _armed.Count;

        internal long NextDueNs => _armed.Count == 0 ? long.MaxValue : _armed.First().Key.DueNs;

        internal void Arm(int timer, long dueNs)
        {
            Cancel(timer);
            _keys[timer] = (dueNs, _order++);
            _armed.Add(_keys[timer], timer);
        }

        internal void Cancel(int timer)
        {
            if (_keys.Remove(timer, out var key))
                _armed.Remove(key);
        }

        internal List<int> Advance(long nowNs)
        {
            var due = _armed.Where(entry => entry.Key.DueNs <= nowNs).Select(entry => entry.Value).ToList();
            due.ForEach(Cancel);
            return due;
        }
    }
}
