using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Browsers;

/// <summary>Albion with Liberty, and with a third exchange that has an agreement with Albion alone: a star, of which Albion is the middle.</summary>
public sealed class StarWorld : BrowserWorld
{
    static readonly PartyPlan _columbia = new(Plan, 4)
    {
        Id = "columbia", Name = "Columbia Wireless", Domain = "columbia.example", Prefix = "+1604", EntryNumber = "+16045550100", TimeZone = "America/Vancouver",
        Organisation = "Fraser Mills",
    };

    internal DemoExchange Columbia { get; private set; } = null!;

    /// <summary>A customer of Columbia's.</summary>
    internal static string Cleo => $"cleo@{_columbia.Domain}";

    private protected override IReadOnlyList<PartyPlan> Others => [_columbia];

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Columbia = await DemoExchange.PrepareAsync(_columbia, Path.Combine(World.Folder, _columbia.Id));
        await Columbia.StartAsync();
        var albion = World.Albion;
        await BorderWorld.ChangeAsync(albion, world =>
        {
            AddBoth(world);
            BorderWorld.Add(world, "neighbours", Exchange(_columbia, Columbia.IdentityKey));
        });
        var world = await albion.Api.GetAsync("world");
        var own = new JsonObject { ["providers"] = Without(world, "providers", "liberty"), ["tariffs"] = world["tariffs"]!.DeepClone() };
        own["organisations"] = Without(world, "organisations", World.Liberty.Party.OrganisationId);
        own["agreements"] = Without(world, "agreements", "albion-liberty");
        BorderWorld.Add(own, "neighbours", Exchange(albion.Party, albion.IdentityKey));
        BorderWorld.Add(own, "users", $$"""{"id":"cleo","organisation":"{{_columbia.OrganisationId}}","name":"Cleo","sip":"{{Cleo}}","mail":"{{Cleo}}","timeZone":"{{_columbia.TimeZone}}"}""");
        await Columbia.Api.SendAsync(HttpMethod.Post, "world", own);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Columbia is not null)
            await Columbia.DisposeAsync();
        await base.DisposeAsync();
    }

    static void AddBoth(JsonObject world)
    {
        BorderWorld.Add(world, "providers", $$"""{"id":"{{_columbia.Id}}","name":"{{_columbia.Name}}","domains":["{{_columbia.Domain}}"],"exchange":"{{_columbia.Domain}}","prefixes":["{{_columbia.Prefix}}"]}""");
        BorderWorld.Add(world, "organisations", $$"""{"id":"{{_columbia.OrganisationId}}","provider":"{{_columbia.Id}}","name":"{{_columbia.Organisation}}","listed":true}""");
        BorderWorld.Add(
            world, "agreements", """{"id":"albion-columbia","parties":["albion","columbia"],"stage":"commercial","services":[{"service":"meeting"}],"aToB":{"meetings":10,"ports":40},"bToA":{"meetings":10,"ports":40}}""");
    }

    static string Exchange(PartyPlan party, string key) =>
        $$"""
        {"id":"{{party.Id}}-exchange","provider":"{{party.Id}}","kind":"exchange","exchange":"{{party.Domain}}","identityKey":"{{key}}","nniUrl":"https://nni.{{party.Domain}}:{{party.Nni.Port}}/",
         "sipUri":"sip:{{party.Domain}};transport=tls","tlsNames":["{{party.Domain}}"]}
        """;

    static JsonArray Without(JsonObject world, string kind, string id) => [.. world[kind]!.AsArray().Where(item => (string?)item!["id"] != id).Select(item => item!.DeepClone())];
}
