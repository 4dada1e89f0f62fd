using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>A border that a packet crosses.</summary>
/// <param name="Terms">Of the agreement of its two sides; null: nothing is said of roaming.</param>
/// <param name="Towards">Id of the party that the packet goes to.</param>
readonly record struct Border(RoamingTerms? Terms, string Towards)
{
    /// <summary>Its rules for one kind of packet.</summary>
    public IEnumerable<RoamingRule> Of(RoamingPacket of)
    {
        var to = Towards;
        return Terms?.Rules is { IsDefault: false } rules ? rules.Where(rule => rule.Of == of && (rule.Towards ?? to) == to) : [];
    }
}

/// <summary>Compiles what agreements say of the attributes of one kind of packet.</summary>
static class RuleCompiler
{
    const uint Wispr = 14122;

    static readonly AttributeKey _maxUp = new(AttributeType.VendorSpecific, Wispr, 7), _maxDown = new(AttributeType.VendorSpecific, Wispr, 8);

    /// <summary>What is closed and nobody opens; of every agreement on the way one rule must allow it, or keep it alone.</summary>
    public static ImmutableArray<AttributeType> Closed(IReadOnlyList<Border> borders, RoamingPacket of) => of.GoesToHotspot() && borders.Count > 0
        ? [.. ClosedAttributes.TowardsHotspot.Where(type => !borders.All(border => border.Of(of).Any(rule => rule.Allow.Concat(rule.KeepOnly).Any(name => Key(name) == new AttributeKey(type)))))]
        : [];

    /// <summary>The rules; null where there are none besides what is closed.</summary>
    /// <param name="borders">In the order in which the packet crosses them.</param>
    /// <param name="of">Which kind it is.</param>
    public static AttributeRules? Compile(IReadOnlyList<Border> borders, RoamingPacket of)
    {
        var rules = new AttributeRulesBuilder();
        foreach (var border in borders)
        {
            foreach (var rule in border.Of(of))
            {
                if (!rule.KeepOnly.IsEmpty)
                    rules.KeepOnly(rule.KeepOnly.Select(Key));
                foreach (var name in rule.Remove)
                    rules.Remove(Key(name));
            }

            foreach (var rule in border.Of(of))
                Write(rules, rule);
            if (of is RoamingPacket.Accept or RoamingPacket.Coa && border.Terms is { } terms)
            {
                // What has no bound in a change of a session keeps the one that it has.
                Cap(rules, _maxUp, terms.MaxUpBps, isAdded: of == RoamingPacket.Accept);
                Cap(rules, _maxDown, terms.MaxDownBps, isAdded: of == RoamingPacket.Accept);
            }
        }

        if (rules.IsEmpty)
            return null;
        foreach (var type in Closed(borders, of))
            rules.Close(new AttributeKey(type));
        foreach (var key in ProtectedAttributes.All)
            rules.Protect(key);
        return rules.Build();
    }

    static void Write(AttributeRulesBuilder rules, RoamingRule rule)
    {
        foreach (var text in rule.Cap)
        {
            RuleText.Bound(text, out var key, out var bound);
            rules.Bound(key, bound, isAdded: false);
        }

        foreach (var values in rule.Set.Select(Value).GroupBy(value => value.Key, value => value.Bytes))
            rules.Set(values.Key, [.. values.SelectMany(bytes => bytes)]);
        foreach (var values in rule.Add.Select(Value).GroupBy(value => value.Key, value => value.Bytes))
            rules.AddMissing(values.Key, [.. values.SelectMany(bytes => bytes)]);
    }

    static void Cap(AttributeRulesBuilder rules, AttributeKey key, long? bound, bool isAdded)
    {
        if (bound is { } most)
            rules.Bound(key, (uint)most, isAdded);
    }

    static (AttributeKey Key, byte[] Bytes) Value(string text)
    {
        RuleText.Value(text, out var key, out var bytes);
        return (key, bytes);
    }

    static AttributeKey Key(string name)
    {
        RuleText.Name(name, out var key);
        return key;
    }
}
