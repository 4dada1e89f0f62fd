using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>One kind of object of a world: how its list is called, and how one of it is found, read, replaced and shown.</summary>
abstract class WorldKind(string plural)
{
    /// <summary>Every kind, in the order of the document.</summary>
    public static ImmutableArray<WorldKind> All { get; } =
    [
        new WorldKind<Provider>("providers", d => d.Providers, (d, items) => d with { Providers = items }, p => p.Id, WorldJson.Default.Provider,
            (scope, provider) => scope.Show(provider)),
        new WorldKind<Organisation>("organisations", d => d.Organisations, (d, items) => d with { Organisations = items }, o => o.Id,
            WorldJson.Default.Organisation, (scope, organisation) => scope.Show(organisation)) { Owner = (_, o) => o.Provider },
        new WorldKind<User>("users", d => d.Users, (d, items) => d with { Users = items }, u => u.Id, WorldJson.Default.User,
            (scope, user) => scope.Show(user)) { Owner = WorldScope.OwnerOf },
        new WorldKind<Endpoint>("endpoints", d => d.Endpoints, (d, items) => d with { Endpoints = items }, e => e.Id, WorldJson.Default.Endpoint,
            (scope, endpoint) => scope.Show(endpoint)) { Owner = WorldScope.OwnerOf },
        new WorldKind<PresenceList>("presenceLists", d => d.PresenceLists, (d, items) => d with { PresenceLists = items }, l => l.Id, WorldJson.Default.PresenceList,
            (scope, list) => scope.Show(list)) { Owner = (_, l) => l.Provider },
        new WorldKind<EquipmentProfile>("profiles", d => d.Profiles, (d, items) => d with { Profiles = items }, p => p.Id,
            WorldJson.Default.EquipmentProfile, (_, profile) => profile),
        new WorldKind<Neighbour>("neighbours", d => d.Neighbours, (d, items) => d with { Neighbours = items }, n => n.Id, WorldJson.Default.Neighbour,
            (scope, neighbour) => scope.Show(neighbour)),
        new WorldKind<Agreement>("agreements", d => d.Agreements, (d, items) => d with { Agreements = items }, a => a.Id, WorldJson.Default.Agreement,
            (scope, agreement) => scope.Show(agreement)),
        new WorldKind<Route>("routes", d => d.Routes, (d, items) => d with { Routes = items }, r => r.Id, WorldJson.Default.Route,
            (scope, route) => scope.Show(route)),
        new WorldKind<Tariff>("tariffs", d => d.Tariffs, (d, items) => d with { Tariffs = items }, t => t.Id, WorldJson.Default.Tariff,
            (scope, tariff) => scope.Show(tariff)),
    ];

    /// <summary>The list's name in the document.</summary>
    public string Plural => plural;

    /// <summary>Its name in paths: the same in lower case, with dashes.</summary>
    public string Path { get; } = string.Concat(plural.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : c.ToString()));

    /// <summary>True when a provider may change its own objects of this kind; the others are the operator's.</summary>
    public abstract bool IsProviders { get; }

    /// <summary>Objects after an id, in the order of ids, as the scope may see them, without secrets.</summary>
    public abstract IReadOnlyList<(string Id, JsonObject Doc)> List(WorldScope scope, string afterId, int limit);

    /// <summary>One object as it is shown; null when there is none that the scope may see.</summary>
    public abstract JsonObject? Find(WorldScope scope, string id);

    /// <summary>The object as it is kept, with its secrets; null when there is none.</summary>
    public abstract JsonObject? Stored(WorldDocument document, string id);

    /// <summary>The provider whose object it is; null when there is no such object or it is no provider's.</summary>
    public abstract string? OwnerIn(WorldDocument document, string id);

    /// <summary>The document with the first of the kind in another document put in, or replaced.</summary>
    public abstract WorldDocument Put(WorldDocument document, WorldDocument single, out int index);

    /// <summary>The document without the object.</summary>
    public abstract WorldDocument Remove(WorldDocument document, string id);
}

/// <inheritdoc/>
sealed class WorldKind<T>(
    string plural, Func<WorldDocument, ImmutableArray<T>> items, Func<WorldDocument, ImmutableArray<T>, WorldDocument> with, Func<T, string> idOf,
    JsonTypeInfo<T> type, Func<WorldScope, T, T?> show)
    : WorldKind(plural)
    where T : class
{
    /// <summary>Whose an object is; null for kinds that the operator alone changes.</summary>
    public Func<WorldDocument, T, string?>? Owner { get; init; }

    public override bool IsProviders => Owner is not null;

    public override IReadOnlyList<(string Id, JsonObject Doc)> List(WorldScope scope, string afterId, int limit)
    {
        var found = new List<(string, JsonObject)>();
        var all = Shown(scope);
        for (var i = After(all, afterId); i < all.Length && found.Count < limit; i++)
        {
            if (show(scope, all[i]) is { } shown)
                found.Add((idOf(shown), Json(shown)));
        }

        return found;
    }

    public override JsonObject? Find(WorldScope scope, string id) =>
        Single(Shown(scope), id) is { } item && show(scope, item) is { } shown ? Json(shown) : null;

    public override JsonObject? Stored(WorldDocument document, string id) =>
        Single(items(document), id) is { } item ? (JsonObject)JsonSerializer.SerializeToNode(item, type)! : null;

    public override string? OwnerIn(WorldDocument document, string id) =>
        Owner is not null && Single(items(document), id) is { } item ? Owner(document, item) : null;

    public override WorldDocument Put(WorldDocument document, WorldDocument single, out int index)
    {
        var item = items(single)[0];
        var all = items(document);
        index = Index(all, idOf(item));
        if (index >= 0)
            return with(document, all.SetItem(index, item));
        index = ~index;
        return with(document, all.Insert(index, item));
    }

    public override WorldDocument Remove(WorldDocument document, string id)
    {
        var all = items(document);
        var index = Index(all, id);
        return index < 0 ? document : with(document, all.RemoveAt(index));
    }

    static JsonObject Hidden(JsonObject doc)
    {
        WorldSecrets.Hide(doc);
        return doc;
    }

    JsonObject Json(T item) => Hidden((JsonObject)JsonSerializer.SerializeToNode(item, type)!);

    // Profiles are shown with the built-in ones, which stand in no document.
    ImmutableArray<T> Shown(WorldScope scope) =>
        typeof(T) == typeof(EquipmentProfile) ? (ImmutableArray<T>)(object)scope.Profiles : items(scope.Document);

    T? Single(ImmutableArray<T> all, string id) => Index(all, id) is var index and >= 0 ? all[index] : null;

    int After(ImmutableArray<T> all, string id) => Index(all, id) is var index and >= 0 ? index + 1 : ~Index(all, id);

    int Index(ImmutableArray<T> all, string id) => SortedById.IndexOf(all, id, idOf);
}
