using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What happens to one object.</summary>
[JsonConverter(typeof(KebabEnumConverter<ChangeAction>))]
public enum ChangeAction
{
    /// <summary>It is new.</summary>
    Create,

    /// <summary>Some of its fields change.</summary>
    Change,

    /// <summary>It goes.</summary>
    Delete,
}

/// <summary>A field before and after; null where there was or will be none. Secrets are shown as "***".</summary>
/// <param name="Path">JSON pointer within the object.</param>
/// <param name="Before">Canonical JSON.</param>
/// <param name="After">Canonical JSON.</param>
public sealed record FieldChange(string Path, string? Before, string? After);

/// <summary>One step from a world to another.</summary>
public sealed record WorldChange(ChangeAction Action, string Kind, string Id, ImmutableArray<FieldChange> Fields);

/// <summary>
/// The steps from one world to another: what others refer to is created first and deleted last. No step leads from a world to itself.
/// </summary>
public sealed record WorldDiff(ImmutableArray<WorldChange> Changes)
{
    /// <summary>True when both worlds are the same.</summary>
    public bool IsEmpty => Changes.IsEmpty;

    /// <summary>The steps from <paramref name="current"/> to <paramref name="desired"/>.</summary>
    public static WorldDiff Between(WorldDocument current, WorldDocument desired)
    {
        var before = WorldObjects.Of(current).ToDictionary(item => (item.Kind, item.Id));
        var after = WorldObjects.Of(desired).ToDictionary(item => (item.Kind, item.Id));
        var changes = ImmutableArray.CreateBuilder<WorldChange>();
        foreach (var item in after.Values)
        {
            var known = before.TryGetValue((item.Kind, item.Id), out var old);
            var fields = ImmutableArray.CreateBuilder<FieldChange>();
            Compare("", known ? old!.Doc : null, item.Doc, fields);
            if (fields.Count > 0)
                changes.Add(new WorldChange(known ? ChangeAction.Change : ChangeAction.Create, item.Kind, item.Id, fields.ToImmutable()));
        }

        foreach (var item in before.Values.Reverse().Where(item => !after.ContainsKey((item.Kind, item.Id))))
            changes.Add(new WorldChange(ChangeAction.Delete, item.Kind, item.Id, []));
        return new WorldDiff(changes.ToImmutable());
    }

    static void Compare(string path, JsonNode? before, JsonNode? after, ImmutableArray<FieldChange>.Builder fields)
    {
        if (after is JsonObject members && (before is JsonObject || path.Length == 0))
        {
            var old = before as JsonObject ?? [];
            foreach (var name in members.Select(member => member.Key).Union(old.Select(member => member.Key), StringComparer.Ordinal))
                Compare($"{path}/{name}", old[name], members[name], fields);
            return;
        }

        var (left, right) = (before is null ? null : CanonicalJson.Text(before), after is null ? null : CanonicalJson.Text(after));
        if (left == right)
            return;
        fields.Add(new FieldChange(path, IsSecret(path, before) ? "***" : left, IsSecret(path, after) ? "***" : right));
    }

    // An endpoint's digest has a user and a secret; a profile's names algorithms. A neighbour's RADIUS has a secret among other things.
    static bool IsSecret(string path, JsonNode? value) => (value is not null && path is "/digest/secret" or "/radius/secret") || (path is "/digest" or "/radius" && value is JsonObject);
}
