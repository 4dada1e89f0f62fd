using System.Numerics;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Longest E.164 prefix in two or three cache lines, whatever the number of prefixes. Immutable, allocates nothing to look up.
/// </summary>
/// <remarks>
/// A number is a point and a prefix an interval: digits count 1 to 10 in base 11 and nought ends the number, so a number that is
/// shorter than a prefix lies outside of it. Nested intervals are flattened into boundaries, each with the value of the longest prefix that
/// begins or goes on there; a boundary is one word. The top bits of the point give the stretch of boundaries to search.
/// Eight bytes a boundary and four to eight a stretch: about 24 MB for a million prefixes.
/// </remarks>
sealed class PrefixTable
{
    const int PointBits = 52; // 11^15 is less than 2^52

    readonly int[] _heads;
    readonly ulong[] _boundaries;
    readonly int _shift;
    readonly int _valueBits;

    /// <summary>Gives the value of a prefix from the value of the next shorter one (-1 without) and what was added for it.</summary>
    public delegate int Resolve(int outer, int payload);

    /// <summary>Builds the table. Of equal prefixes the lower payload is resolved first, and is the outer of the next.</summary>
    /// <param name="entries">Prefixes as digits, with or without '+', 1 to 15 digits; payloads.</param>
    /// <param name="resolve">Gives the values, 0 or more.</param>
    public PrefixTable(IReadOnlyCollection<(string Prefix, int Payload)> entries, Resolve resolve)
    {
        var intervals = new Interval[entries.Count];
        var next = 0;
        foreach (var (prefix, payload) in entries)
            intervals[next++] = Interval.Of(prefix, payload);
        Array.Sort(intervals);

        var points = new List<(ulong Start, int Value)>(intervals.Length * 2);
        Flatten(intervals, resolve, points);
        Boundaries = points.Count;
        var highest = points.Count == 0 ? 0 : points.Max(point => point.Value);
        _valueBits = BitOperations.Log2((uint)highest + 2) + 1;
        var headBits = Math.Max(BitOperations.Log2((uint)points.Count + 1), _valueBits + PointBits - 64);
        _shift = PointBits - headBits;
        _heads = new int[(1 << headBits) + 1];
        _boundaries = new ulong[points.Count];
        var head = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var (start, value) = points[i];
            while (head <= (int)(start >> _shift))
                _heads[head++] = i;
            _boundaries[i] = ((start & ((1UL << _shift) - 1)) << _valueBits) | (uint)(value + 1);
        }

        while (head < _heads.Length)
            _heads[head++] = points.Count;
    }

    /// <summary>Number of boundaries after flattening: at most twice the prefixes.</summary>
    public int Boundaries { get; }

    /// <summary>The value of the longest prefix of a number, or -1. Digits beyond the fifteenth do not count.</summary>
    /// <param name="number">ASCII digits, with or without '+'; anything else gives -1.</param>
    public int Find(ReadOnlySpan<byte> number)
    {
        return TryPoint(number, out var point) ? FindPoint(point) : -1;
    }

    /// <summary>The value at a point, or -1.</summary>
    public int FindPoint(ulong point)
    {
        if (_boundaries.Length == 0)
            return -1;
        var head = (int)(point >> _shift);
        var low = _heads[head];
        var high = _heads[head + 1];
        // All boundaries of this stretch that begin at or before the point lie below this.
        var limit = ((point & ((1UL << _shift) - 1)) + 1) << _valueBits;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_boundaries[middle] < limit)
                low = middle + 1;
            else
                high = middle;
        }

        // The one before the stretch goes on into it.
        return low == 0 ? -1 : (int)(_boundaries[low - 1] & ((1UL << _valueBits) - 1)) - 1;
    }

    /// <summary>Begins to fetch the stretch of a point.</summary>
    public void PrefetchHead(ulong point) => Prefetch.Of(in _heads[(int)(point >> _shift)]);

    /// <summary>Begins to fetch the boundaries of a point; its stretch should be there.</summary>
    public void PrefetchBoundaries(ulong point)
    {
        var low = _heads[(int)(point >> _shift)];
        // The one before the stretch may be the answer, and stands on another line at times.
        if (low > 0)
            Prefetch.Of(in _boundaries[low - 1]);
        if (low < _boundaries.Length)
            Prefetch.Of(in _boundaries[low]);
    }

    /// <summary>A number as a point; false when it is none.</summary>
    public static bool TryPoint(ReadOnlySpan<byte> number, out ulong point)
    {
        point = 0;
        if (!number.IsEmpty && number[0] == (byte)'+')
            number = number[1..];
        if (number.Length > AddressText.MaxDigits)
            number = number[..AddressText.MaxDigits];
        foreach (var c in number)
        {
            if (!char.IsAsciiDigit((char)c))
                return false;
            point = (point * 11) + (uint)(c - '0') + 1;
        }

        point *= Power(AddressText.MaxDigits - number.Length);
        return true;
    }

    static ulong Power(int exponent) => _powers[exponent];

    static readonly ulong[] _powers = MakePowers();

    static ulong[] MakePowers()
    {
        var powers = new ulong[AddressText.MaxDigits + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 11;
        return powers;
    }

    static void Flatten(Interval[] intervals, Resolve resolve, List<(ulong Start, int Value)> points)
    {
        var open = new Stack<(ulong End, int Value)>();
        foreach (var interval in intervals)
        {
            CloseUpTo(interval.Start);
            var value = resolve(open.TryPeek(out var outer) ? outer.Value : -1, interval.Payload);
            open.Push((interval.End, value));
            Add(interval.Start, value);
        }

        CloseUpTo(ulong.MaxValue);

        void CloseUpTo(ulong start)
        {
            while (open.TryPeek(out var top) && top.End <= start)
            {
                open.Pop();
                Add(top.End, open.TryPeek(out var outer) ? outer.Value : -1);
            }
        }

        void Add(ulong start, int value)
        {
            if (points.Count > 0 && points[^1].Start == start)
                points.RemoveAt(points.Count - 1);
            if (points.Count == 0 ? value >= 0 : points[^1].Value != value)
                points.Add((start, value));
        }
    }

    readonly record struct Interval(ulong Start, ulong End, int Payload) : IComparable<Interval>
    {
        public static Interval Of(string prefix, int payload)
        {
            var point = 0UL;
            var digits = 0;
            foreach (var c in prefix)
            {
                if (c == '+' && digits == 0)
                    continue;
                if (!char.IsAsciiDigit(c) || ++digits > AddressText.MaxDigits)
                    throw new ArgumentException($"'{prefix}' is no E.164 prefix", nameof(prefix));
                point = (point * 11) + (ulong)(c - '0') + 1;
            }

            if (digits == 0)
                throw new ArgumentException($"'{prefix}' is no E.164 prefix", nameof(prefix));
            var width = Power(AddressText.MaxDigits - digits);
            return new Interval(point * width, (point + 1) * width, payload);
        }

        public int CompareTo(Interval other)
        {
            var order = Start.CompareTo(other.Start);
            if (order == 0)
                order = other.End.CompareTo(End);
            return order == 0 ? Payload.CompareTo(other.Payload) : order;
        }
    }
}
