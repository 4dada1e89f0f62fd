using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>One object of a world, as it is compared and stored.</summary>
/// <param name="Kind">Singular word: "provider", "agreement", ...</param>
/// <param name="Id">Unique within its kind.</param>
/// <param name="Version">The agreement's own version; 1 for the rest.</param>
/// <param name="Doc">The object.</param>
sealed record WorldObject(string Kind, string Id, long Version, JsonObject Doc);

/// <summary>A document as single objects and back.</summary>
static class WorldObjects
{
    public const string AgreementKind = "agreement";

    /// <summary>Every object, those that others refer to first.</summary>
    public static IEnumerable<WorldObject> Of(WorldDocument document) =>
    [
        .. Each("tariff", document.Tariffs, item => item.Id, WorldJson.Default.Tariff),
        .. Each("profile", document.Profiles, item => item.Id, WorldJson.Default.EquipmentProfile),
        .. Each("provider", document.Providers, item => item.Id, WorldJson.Default.Provider),
        .. Each("organisation", document.Organisations, item => item.Id, WorldJson.Default.Organisation),
        .. Each("user", document.Users, item => item.Id, WorldJson.Default.User),
        .. Each("endpoint", document.Endpoints, item => item.Id, WorldJson.Default.Endpoint),
        .. Each("presence-list", document.PresenceLists, item => item.Id, WorldJson.Default.PresenceList),
        .. Each("neighbour", document.Neighbours, item => item.Id, WorldJson.Default.Neighbour),
        .. Each(AgreementKind, document.Agreements, item => item.Id, WorldJson.Default.Agreement, item => item.Version),
        .. Each("route", document.Routes, item => item.Id, WorldJson.Default.Route),
    ];

    /// <summary>The document of stored objects, each kind in the order given.</summary>
    public static WorldDocument From(IReadOnlyList<WorldObject> objects)
    {
        var byKind = objects.ToLookup(item => item.Kind, item => item.Doc, StringComparer.Ordinal);
        return new WorldDocument
        {
            Tariffs = Items("tariff", WorldJson.Default.Tariff),
            Profiles = Items("profile", WorldJson.Default.EquipmentProfile),
            Providers = Items("provider", WorldJson.Default.Provider),
            Organisations = Items("organisation", WorldJson.Default.Organisation),
            Users = Items("user", WorldJson.Default.User),
            Endpoints = Items("endpoint", WorldJson.Default.Endpoint),
            PresenceLists = Items("presence-list", WorldJson.Default.PresenceList),
            Neighbours = Items("neighbour", WorldJson.Default.Neighbour),
            Agreements = Items(AgreementKind, WorldJson.Default.Agreement),
            Routes = Items("route", WorldJson.Default.Route),
        };

        ImmutableArray<T> Items<T>(string kind, JsonTypeInfo<T> type) => [.. byKind[kind].Select(doc => doc.Deserialize(type)!)];
    }

    /// <summary>The document as it is shown: without secrets.</summary>
    public static JsonObject Document(WorldDocument document)
    {
        var shown = (JsonObject)JsonSerializer.SerializeToNode(document, WorldJson.Default.WorldDocument)!;
        foreach (var holder in shown["endpoints"]!.AsArray().Concat(shown["neighbours"]!.AsArray()))
            WorldSecrets.Hide(holder!.AsObject());
        return shown;
    }

    static IEnumerable<WorldObject> Each<T>(
        string kind, ImmutableArray<T> items, Func<T, string> id, JsonTypeInfo<T> type, Func<T, long>? version = null) =>
        items.Select(item => new WorldObject(kind, id(item), version?.Invoke(item) ?? 1, (JsonObject)JsonSerializer.SerializeToNode(item, type)!));
}
