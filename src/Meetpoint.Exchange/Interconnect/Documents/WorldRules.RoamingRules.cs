using System.Collections.Immutable;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Radius.Forwarding;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: what becomes of attributes of RADIUS between the parties of an agreement.</summary>
sealed partial class WorldRules
{
    delegate RuleFault? ReadEntry(string text, out AttributeKey key);

    void CheckRoamingRules(string at, ImmutableArray<RoamingRule> rules, ImmutableArray<string> parties)
    {
        if (rules.Length > RoamingRule.MaxRules)
            Add(at, "too-many", $"{rules.Length} rules", $"keep to {RoamingRule.MaxRules}");
        var scopes = new Dictionary<(RoamingPacket Of, string Towards), RuleScope>();
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = rules[i];
            if (rule.Towards is { } towards && !parties.Contains(towards))
                Add($"{at}/{i}/towards", "not-a-party", $"'{towards}' is no party of the agreement", $"name one of: {string.Join(", ", parties)}");
            CheckRoamingRule($"{at}/{i}", rule, [.. parties.Where(party => rule.Towards is null || rule.Towards == party).Select(party => ScopeOf(rule.Of, party))]);
        }

        RuleScope ScopeOf(RoamingPacket of, string party)
        {
            if (!scopes.TryGetValue((of, party), out var scope))
                scopes[(of, party)] = scope = new RuleScope();
            return scope;
        }
    }

    void CheckRoamingRule(string at, RoamingRule rule, ImmutableArray<RuleScope> scopes)
    {
        var count = 0;
        Each("keepOnly", rule.KeepOnly, RuleText.Name, (_, _) => null);
        Each("allow", rule.Allow, RuleText.Changeable, (_, key) => ClosedAttributes.Closes(rule.Of, key)
            ? null : new RuleFault("not-closed", "it goes on in any case", $"take it out; closed are: {string.Join(", ", ClosedAttributes.Names)}, in what goes to a hotspot"));
        Each("remove", rule.Remove, RuleText.Changeable, (scope, key) => scope.Decide(key));
        Each("cap", rule.Cap, (string text, out AttributeKey key) => RuleText.Bound(text, out key, out _), (scope, key) => scope.Decide(key) ?? scope.Watch());
        var octets = 0;
        Each("set", rule.Set, (string text, out AttributeKey key) => Written(RuleText.Value(text, out key, out var attribute), attribute), (scope, key) => scope.Set(key) ?? scope.Add(octets));
        Each("add", rule.Add, (string text, out AttributeKey key) => Written(RuleText.Value(text, out key, out var attribute), attribute),
            (scope, key) => scope.AddMissing(key) ?? scope.Watch() ?? scope.Add(octets));
        if (count == 0)
            Add(at, "empty-rule", "the rule does nothing", "name attributes in keepOnly, allow, remove, cap, set or add, or take the rule out");

        void Each(string name, ImmutableArray<string> entries, ReadEntry read, Func<RuleScope, AttributeKey, RuleFault?> enter)
        {
            count += entries.Length;
            if (entries.Length > RoamingRule.MaxEntries)
                Add($"{at}/{name}", "too-many", $"{entries.Length} attributes", $"keep to {RoamingRule.MaxEntries}");
            for (var i = 0; i < entries.Length; i++)
            {
                var fault = read(entries[i], out var key);
                foreach (var scope in scopes)
                    fault ??= enter(scope, key);
                if (fault is { } wrong)
                    Add($"{at}/{name}/{i}", wrong.Code, wrong.Message, wrong.Mend);
            }
        }

        RuleFault? Written(RuleFault? fault, byte[] attribute)
        {
            octets = attribute.Length;
            return fault;
        }
    }

    /// <summary>What all rules of one kind of packet in one direction say together.</summary>
    sealed class RuleScope
    {
        readonly HashSet<AttributeKey> _decided = [];
        readonly HashSet<AttributeKey> _set = [];
        readonly HashSet<AttributeKey> _added = [];
        int _watched;
        int _octets;

        public RuleFault? Decide(AttributeKey key) => _decided.Add(key) && !_set.Contains(key) ? null : Twice;

        /// <summary>Several values are set together.</summary>
        public RuleFault? Set(AttributeKey key)
        {
            _set.Add(key);
            return _decided.Contains(key) || _added.Contains(key) ? Twice : null;
        }

        public RuleFault? AddMissing(AttributeKey key)
        {
            _added.Add(key);
            return _set.Contains(key) ? Twice : null;
        }

        public RuleFault? Watch() => ++_watched == RoamingRule.MaxWatched + 1
            ? new RuleFault("too-many", "too many attributes of one kind of packet are capped or added", $"keep to {RoamingRule.MaxWatched}") : null;

        public RuleFault? Add(int octets)
        {
            var before = _octets;
            _octets += octets;
            return before <= RoamingRule.MaxAddedOctets && _octets > RoamingRule.MaxAddedOctets
                ? new RuleFault("too-long", $"{_octets} octets are added to one kind of packet", $"keep to {RoamingRule.MaxAddedOctets}") : null;
        }

        static RuleFault Twice { get; } = new("ruled-twice", "two rules for it do not go together", "remove it, cap it or set it, one of them; what is set is not added besides");
    }
}
