using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Hotspots that one exchange's providers publish are found on the other, as far as the agreement lets them, and as long.</summary>
public sealed class HotspotTests
{
    [Fact]
    public void Publish_ChangeAndRemove_AreSeenOnTheOtherWithinSeconds()
    {
        using var world = Roaming(31);
        Put(world.Albion, Hotspot("a", 51.5, -0.1), Hotspot("b", 51.6, -0.1));
        world.Until(() => Found(world.Liberty) == "a,b", 5, () => $"both, it is {Found(world.Liberty)}");
        Near(world.Liberty, "albion").ShouldBe("a,b", "its own provider's customers see its own");
        Put(world.Albion, Hotspot("a", 51.5, -0.1) with { Name = "Other" });
        world.Until(() => world.Liberty.Node.Hotspots.Directory.Find("albion", "a")!.Name == "Other", 5, "changed");
        world.Albion.Run(() => world.Albion.Node.Hotspots.Book.RemoveAsync("albion", "b").Done());
        world.Until(() => Found(world.Liberty) == "a", 5, "taken out");
        world.AssertNoFaults();
    }

    [Fact]
    public void Publish_ManyAtOnceAndBothWays_AreAllSeen()
    {
        using var world = Roaming(32);
        Import(world.Albion, [.. Enumerable.Range(0, 1_700).Select(i => Hotspot($"h{i:0000}", (i % 170) - 85, i % 180))]);
        Import(world.Liberty, [Hotspot("x", 40.7, -74)]);
        world.Until(() => Count(world.Liberty, "albion") == 1_700 && Count(world.Albion, "liberty") == 1, 10, () => $"all, it is {Count(world.Liberty, "albion")}");
        Import(world.Albion, [Hotspot("h0001", 1, 1)]);
        world.Until(() => Count(world.Liberty, "albion") == 1, 10, () => $"the one that is left, it is {Count(world.Liberty, "albion")}");
        world.AssertNoFaults();
    }

    [Fact]
    public void Agreement_EndedOrWithoutRoaming_HidesAtOnceAndForgets()
    {
        using var world = Roaming(33);
        Put(world.Albion, Hotspot("a", 51.5, -0.1));
        world.Until(() => Found(world.Liberty) == "a", 5, "seen");
        Apply(world.Liberty, agreement => agreement["stage"] = "ended");
        Near(world.Liberty, "liberty").ShouldBe("", "hidden at once");
        world.Until(() => !world.Liberty.Node.Hotspots.Directory.Catalogues.ContainsKey("albion"), 10, "forgotten");
        Apply(world.Liberty, agreement => agreement["stage"] = "commercial");
        world.Until(() => Found(world.Liberty) == "a", 10, "seen again");
        Apply(world.Albion, agreement => agreement["services"] = new JsonArray(new JsonObject { ["service"] = "meeting" }));
        Put(world.Albion, Hotspot("b", 51.5, -0.1));
        world.Run(30);
        Found(world.Liberty).ShouldBe("a", "the other exchange shows nothing new, whatever we believe of the agreement");
        world.AssertNoFaults();
    }

    [Fact]
    public void Direction_OneWay_ShowsOneWay()
    {
        using var world = Roaming(34, "a-to-b");
        Put(world.Albion, Hotspot("a", 51.5, -0.1));
        Put(world.Liberty, Hotspot("x", 51.5, -0.1));
        world.Until(() => Near(world.Albion, "albion") == "a,x", 10, "Albion's customers may roam at Liberty's");
        world.Run(20);
        Near(world.Liberty, "liberty").ShouldBe("x", "Liberty's may not at Albion's");
        Count(world.Liberty, "albion").ShouldBe(0);
        world.AssertNoFaults();
    }

    [Fact]
    public void Link_CutAndExchangesRestarted_CatchUpByThemselves()
    {
        using var world = Roaming(35);
        Put(world.Albion, Hotspot("a", 51.5, -0.1), Hotspot("b", 51.5, -0.1));
        world.Until(() => Found(world.Liberty) == "a,b", 5, "seen");
        world.Cut(world.Albion, world.Liberty, true);
        Put(world.Albion, Hotspot("c", 51.5, -0.1));
        world.Albion.Run(() => world.Albion.Node.Hotspots.Book.RemoveAsync("albion", "a").Done());
        world.Run(30);
        Found(world.Liberty).ShouldBe("a,b", "what was known is kept while the link is down");
        world.Liberty.Kill();
        world.Cut(world.Albion, world.Liberty, false);
        world.Liberty.Restart();
        Found(world.Liberty).ShouldNotBe("", "what was stored is there at once");
        world.Until(() => Found(world.Liberty) == "b,c", 60, () => $"caught up, it is {Found(world.Liberty)}");
        world.AssertNoFaults();
    }

    [Fact]
    public void Loss_OfRowsHere_IsNoticedAndEverythingReadAgain()
    {
        using var world = Roaming(36);
        Put(world.Albion, Hotspot("a", 51.5, -0.1), Hotspot("b", 51.5, -0.1));
        world.Until(() => Found(world.Liberty) == "a,b", 5, "seen");
        // As a restored backup would have it: the position is there, a row is not, and one is there that should not be.
        world.Liberty.Run(() => world.Liberty.Store.WriteAsync(transaction =>
        {
            var row = HotspotRows.Catalogue(transaction, "albion")!;
            row = HotspotRows.Apply(transaction, row, [new HotspotEdit("a", null), new HotspotEdit("b", null), new HotspotEdit("ghost", "{}")], world.Now);
            transaction.Execute("DELETE FROM hotspots WHERE id = 'ghost'");
            HotspotRows.Update(transaction, row with { Hotspots = 0 });
        }).Done());
        world.Until(() => Found(world.Liberty) == "", 5, "lost");
        Put(world.Albion, Hotspot("c", 51.5, -0.1));
        world.Until(() => Found(world.Liberty) == "a,b,c", 10, () => $"all again, it is {Found(world.Liberty)}");
        world.AssertNoFaults();
    }

    [Fact]
    public void Transit_ByAnExchangeInTheMiddle_IsSeenBehindIt()
    {
        // Albion and Columbia have no agreement and no link of their own: both are with Liberty, which lets transit through.
        using var world = new SimulatedWorld(37, new WorldSetup
        {
            Parties = 3,
            Amend = (self, document) =>
            {
                var agreements = document["agreements"]!.AsArray();
                foreach (var agreement in agreements.ToList())
                {
                    if (agreement!["id"]!.GetValue<string>() == "albion-columbia")
                        agreements.Remove(agreement);
                    else
                        Cover(agreement, "both");
                    agreement["transit"] = true;
                }

                var neighbours = document["neighbours"]!.AsArray();
                foreach (var neighbour in neighbours.ToList())
                {
                    if ((self.Id, neighbour!["id"]!.GetValue<string>()) is ("albion", "to-columbia") or ("columbia", "to-albion"))
                        neighbours.Remove(neighbour);
                }
            },
        });
        world.Run(2);
        Put(world.Albion, Hotspot("a", 51.5, -0.1));
        var columbia = world.Exchange("columbia.example");
        world.Until(() => Near(columbia, "columbia") == "a", 30, "seen behind Liberty");
        world.Albion.Run(() => world.Albion.Node.Hotspots.Book.RemoveAsync("albion", "a").Done());
        world.Until(() => Near(columbia, "columbia") == "", 30, "gone behind Liberty");
        world.AssertNoFaults();
    }

    static SimulatedWorld Roaming(int seed, string direction = "both")
    {
        var world = new SimulatedWorld(seed, new WorldSetup { Amend = (_, document) => Cover(document["agreements"]![0]!, direction) });
        world.Run(2);
        return world;
    }

    static void Cover(JsonNode agreement, string direction) =>
        agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "roaming", ["direction"] = direction });

    static void Apply(SimulatedExchange exchange, Action<JsonNode> change) => exchange.Run(() =>
    {
        var document = WorldObjects.Document(exchange.Node.Worlds.World.Document);
        change(document["agreements"]![0]!);
        document["agreements"]![0]!["version"] = document["agreements"]![0]!["version"]!.GetValue<int>() + 1;
        exchange.Node.Worlds.ApplyAsync(document, dryRun: false).Done().Faults.ShouldBeEmpty();
    });

    static void Put(SimulatedExchange exchange, params Hotspot[] hotspots) => exchange.Run(() =>
    {
        foreach (var hotspot in hotspots)
            exchange.Node.Hotspots.Book.PutAsync(exchange.Party.Id, hotspot).Done();
    });

    static void Import(SimulatedExchange exchange, Hotspot[] hotspots) =>
        exchange.Run(() => exchange.Node.Hotspots.Book.ImportAsync(exchange.Party.Id, hotspots, replace: true).Done().ShouldNotBeNull());

    /// <summary>What Liberty's customers find of Albion's.</summary>
    static string Found(SimulatedExchange liberty) => string.Join(',', liberty.Node.Hotspots.Directory.OpenTo("liberty").Where(catalogue => catalogue.Provider == "albion")
        .SelectMany(catalogue => catalogue.After("")).Select(entry => entry.Id));

    static string Near(SimulatedExchange exchange, string asker) => string.Join(',', exchange.Node.Hotspots.Directory.Near(asker, 51.5, -0.1, 50_000, 10)
        .Select(found => found.Entry.Id).Order(StringComparer.Ordinal));

    static int Count(SimulatedExchange exchange, string provider) => exchange.Node.Hotspots.Directory.Catalogues.GetValueOrDefault(provider)?.Count ?? 0;

    static Hotspot Hotspot(string id, double latitude, double longitude) => new()
    {
        Id = id, Name = $"Place {id}", Latitude = (decimal)latitude, Longitude = (decimal)longitude, Country = "GB", Ssids = ["Albion"], Security = HotspotSecurity.Passpoint,
    };
}
