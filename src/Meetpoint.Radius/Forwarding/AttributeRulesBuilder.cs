using System.Buffers.Binary;
using System.Collections.Immutable;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>
/// Puts rules together, those of one border after those of the one before. At each what is kept alone and what is removed is said first; a bound holds for what came and for what is set
/// or added; what is set takes the place of all that came, and what is added stands where nothing is left. An attribute named by itself goes before its vendor, the vendor before all.
/// </summary>
public sealed class AttributeRulesBuilder
{
    readonly Dictionary<AttributeKey, Plan> _plans = [];
    HashSet<AttributeKey>? _only;

    /// <summary>True as long as nothing was said.</summary>
    public bool IsEmpty => _plans.Count == 0 && _only is null;

    /// <summary>These alone go on; said twice, what both name.</summary>
    public void KeepOnly(IEnumerable<AttributeKey> keys)
    {
        var named = keys.ToHashSet();
        var before = _only;
        _only = before is null ? named : [.. named.Where(key => Covers(before, key)), .. before.Where(key => Covers(named, key))];
        foreach (var (key, plan) in _plans)
        {
            if (!Covers(named, key))
                (plan.Set, plan.Missing) = (null, null);
        }
    }

    /// <summary>It does not go on, nor does what was set or added before.</summary>
    public void Remove(AttributeKey key)
    {
        PlanOf(key).IsRemoved = true;
        foreach (var (other, plan) in _plans)
        {
            if (Covers(key, other))
                (plan.Set, plan.Missing) = (null, null);
        }
    }

    /// <summary>What came of it does not go on; what is set or added does.</summary>
    public void Close(AttributeKey key) => PlanOf(key).IsRemoved = true;

    /// <summary>It goes on whatever is said of its vendor, or of all others.</summary>
    public void Protect(AttributeKey key) => PlanOf(key).IsProtected = true;

    /// <summary>A number of 32 bits that is at most so much; said twice, the lower holds. What is no number, or nought, becomes the bound.</summary>
    /// <param name="key">Of an attribute, not of many.</param>
    /// <param name="bound">1 or more.</param>
    /// <param name="isAdded">True: the bound is added where there is none.</param>
    public void Bound(AttributeKey key, uint bound, bool isAdded)
    {
        var plan = PlanOf(key);
        (plan.Bound, plan.IsBoundAdded) = (Math.Min(plan.Bound ?? bound, bound), plan.IsBoundAdded | isAdded);
    }

    /// <summary>Takes the place of all that came of it; said anew, the last.</summary>
    /// <param name="key">Of an attribute.</param>
    /// <param name="attributes">As they stand in a packet.</param>
    public void Set(AttributeKey key, byte[] attributes) => PlanOf(key).Set = attributes;

    /// <summary>Added where there is none; said anew, the first.</summary>
    /// <param name="key">Of an attribute.</param>
    /// <param name="attributes">As they stand in a packet.</param>
    public void AddMissing(AttributeKey key, byte[] attributes) => PlanOf(key).Missing ??= attributes;

    /// <summary>Compiles them.</summary>
    /// <exception cref="InvalidOperationException">More than <see cref="AttributeRules.MaxWatched"/> are bounded or added.</exception>
    public AttributeRules Build()
    {
        var (types, within, otherVendors) = (new byte[256], new Dictionary<ulong, byte>(), AttributeRules.Kept);
        var bounds = ImmutableArray.CreateBuilder<uint?>();
        var additions = ImmutableArray.CreateBuilder<AttributeRules.Addition>();
        if (_only is not null)
        {
            types.AsSpan().Fill(AttributeRules.Dropped);
            otherVendors = AttributeRules.Dropped;
            foreach (var key in _only.OrderBy(key => key.Inner != 0))
                Enter(key, AttributeRules.Kept);
        }

        // What is said of many before what is said of one.
        foreach (var (key, plan) in _plans.OrderBy(pair => pair.Key.Code & 0xff_ffff_ffff).ThenBy(pair => pair.Key.Code))
            Enter(key, FateOf(key, plan, bounds, additions));
        if (within.Keys.Any(code => code >> 40 == (ulong)AttributeType.VendorSpecific))
            types[(int)AttributeType.VendorSpecific] = AttributeRules.Within;
        else
            types[(int)AttributeType.VendorSpecific] = otherVendors;
        if (bounds.Count > AttributeRules.MaxWatched)
            throw new InvalidOperationException($"more than {AttributeRules.MaxWatched} attributes are bounded or added");
        return new AttributeRules(types, within, otherVendors, bounds.ToImmutable(), additions.ToImmutable());

        void Enter(AttributeKey key, byte fate)
        {
            if (key == new AttributeKey(AttributeType.VendorSpecific))
            {
                otherVendors = fate;
            }
            else if (key.Type == AttributeType.VendorSpecific)
            {
                within[key.Code] = fate;
            }
            else if (key.Inner != 0)
            {
                within.TryAdd(new AttributeKey(key.Type).Code, types[(int)key.Type]); // of the others of this type
                types[(int)key.Type] = AttributeRules.Within;
                within[key.Code] = fate;
            }
            else
            {
                types[(int)key.Type] = fate;
            }
        }
    }

    byte FateOf(AttributeKey key, Plan plan, ImmutableArray<uint?>.Builder bounds, ImmutableArray<AttributeRules.Addition>.Builder additions)
    {
        var isLeft = plan.IsProtected || (!plan.IsRemoved && (_only is null || Covers(_only, key)));
        var bound = plan.Bound is { } most ? Integer(key, most) : null;
        if (plan.Set is { } set)
        {
            additions.Add(new AttributeRules.Addition(Lower(set, bound), -1, false, false));
            return AttributeRules.Dropped;
        }

        if (bound is null && plan.Missing is null)
            return isLeft ? AttributeRules.Kept : AttributeRules.Dropped;
        var missing = plan.Missing is { } added ? Lower(added, bound) : plan.IsBoundAdded ? bound : null;
        if (!isLeft)
        {
            if (missing is not null)
                additions.Add(new AttributeRules.Addition(missing, -1, false, false));
            return AttributeRules.Dropped;
        }

        var watched = bounds.Count;
        bounds.Add(plan.Bound);
        if (bound is not null)
            additions.Add(new AttributeRules.Addition(bound, watched, false, IfBeyond: true));
        if (missing is not null)
            additions.Add(new AttributeRules.Addition(missing, watched, IfMissing: true, false));
        return (byte)(AttributeRules.Watched + watched);
    }

    static byte[] Integer(AttributeKey key, uint number)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        var buffer = new byte[64];
        var writer = new PacketWriter(buffer, RadiusCode.AccessRequest);
        if (key.Type == AttributeType.VendorSpecific)
            VendorAttributes.TryWrite(ref writer, key.Vendor, VendorFormat.Usual, key.Inner, value);
        else
            writer.TryWrite(key.Type, value);
        return buffer[RadiusPacket.HeaderLength..writer.Length];
    }

    /// <summary>What is set or added, or the bound where that is lower: nought is none.</summary>
    static byte[] Lower(byte[] attributes, byte[]? bound) =>
        bound is null || (attributes.Length == bound.Length && attributes.AsSpan(^sizeof(uint)..) is var number && number.ContainsAnyExcept((byte)0) && number.SequenceCompareTo(bound.AsSpan(^sizeof(uint)..)) <= 0)
            ? attributes : bound;

    static bool Covers(HashSet<AttributeKey> set, AttributeKey key) => set.Any(one => Covers(one, key));

    static bool Covers(AttributeKey one, AttributeKey key) =>
        one.Type == key.Type && (one.Vendor == 0 || one.Vendor == key.Vendor) && (one.Inner == 0 || one.Inner == key.Inner);

    Plan PlanOf(AttributeKey key)
    {
        if (!_plans.TryGetValue(key, out var plan))
            _plans[key] = plan = new Plan();
        return plan;
    }

    sealed class Plan
    {
        public bool IsRemoved { get; set; }

        public bool IsProtected { get; set; }

        public uint? Bound { get; set; }

        public bool IsBoundAdded { get; set; }

        public byte[]? Set { get; set; }

        public byte[]? Missing { get; set; }
    }
}
