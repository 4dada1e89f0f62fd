using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Roaming.Hotspots;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

public sealed class HotspotSearchTests
{
    static readonly Gen<(double Latitude, double Longitude)> Place =
        from kind in Gen.Choose(0, 5)
        from a in Gen.Choose(-1_000_000, 1_000_000)
        from b in Gen.Choose(-1_000_000, 1_000_000)
        select kind switch
        {
            0 => (90 - (Math.Abs(a) / 1e7), b / 1e6 * 180), // about the north pole
            1 => (-90 + (Math.Abs(a) / 1e7), b / 1e6 * 180),
            2 => (a / 1e6, (b < 0 ? -180 : 180) + (-Math.Sign(b == 0 ? 1 : b) * Math.Abs(b) / 1e7)), // about the date line
            3 => (51.5 + (a / 1e8), -0.12 + (b / 1e8)),
            _ => (a / 1e6 * 90, b / 1e6 * 180),
        };

    [Fact]
    public void Near_AnyPlaces_IsWhatLookingAtEachOneGives() =>
        Prop.ForAll(
            (from places in Gen.ListOf(Place, 60) from at in Place from radius in Gen.Elements(1.0, 1_000, 50_000, 3_000_000, HotspotLimits.RadiusMetres) from limit in Gen.Choose(1, 20) select (places, at, radius, limit)).ToArbitrary(),
            one =>
            {
                var hotspots = one.places.Select((place, i) => HotspotSamples.At($"h{i:00}", place.Latitude, place.Longitude)).ToList();
                // In two parts, and some of them moved, so that segments and marks are in it.
                var catalogue = Catalogue(hotspots.Take(40).Select(hotspot => hotspot with { Latitude = 0 })).With(Changes(hotspots.Skip(20)), 2).With(Changes(hotspots.Take(20)), 3);
                var expected = hotspots.Select(hotspot => (hotspot.Id, Metres: Haversine(one.at.Latitude, one.at.Longitude, (double)hotspot.Latitude, (double)hotspot.Longitude)))
                    .Where(item => item.Metres <= one.radius).OrderBy(item => item.Metres).Take(one.limit).ToList();
                var found = Near(catalogue, one.at.Latitude, one.at.Longitude, one.radius, one.limit);
                found.Count.ShouldBe(expected.Count);
                for (var i = 0; i < found.Count; i++)
                    found[i].Metres.ShouldBe(expected[i].Metres, 1e-3 + (expected[i].Metres * 1e-6), $"place {i}: {found[i].Entry.Id} and {expected[i].Id}");
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData(0, 179.9, 0, -179.9, 22_239.0)]
    [InlineData(89.9, 0, 89.9, 180, 22_239.0)]
    [InlineData(51.5007, -0.1246, 48.8584, 2.2945, 340_539.4)]
    [InlineData(0, 0, 0, 180, 20_015_114.4)]
    [InlineData(10, 20, 10, 20, 0)]
    public void Metres_KnownPlaces_AreTheGreatCircle(double latitude, double longitude, double toLatitude, double toLongitude, double metres) =>
        GreatCircle.Metres(SpherePoint.At(latitude, longitude), SpherePoint.At(toLatitude, toLongitude)).ShouldBe(metres, Math.Max(1, metres * 1e-4));

    [Fact]
    public void With_ManySmallChanges_KeepsAllAndFewSegments()
    {
        var catalogue = HotspotCatalogue.Empty("albion", 1);
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var random = new Random(5);
        for (var version = 1; version <= 2_000; version++)
        {
            var id = $"h{random.Next(300)}";
            if (random.Next(3) == 0)
            {
                model.Remove(id);
                catalogue = catalogue.With([new HotspotChange(id, null)], version);
            }
            else
            {
                model[id] = $"n{version}";
                catalogue = catalogue.With(Changes([HotspotSamples.At(id, 51, 0, $"n{version}")], version), version);
            }
        }

        catalogue.Count.ShouldBe(model.Count);
        catalogue.After("").Select(entry => (entry.Id, entry.Hotspot.Name)).ShouldBe(model.Select(pair => (pair.Key, pair.Value)));
        catalogue.After("h2").Select(entry => entry.Id).ShouldBe(model.Keys.Where(id => string.CompareOrdinal(id, "h2") > 0));
        catalogue.Find("h7")?.Hotspot.Name.ShouldBe(model.GetValueOrDefault("h7"));
        catalogue.SegmentCount.ShouldBeLessThan(12);
    }

    [Theory]
    [InlineData("cafe zur", "1")]
    [InlineData("ZÜRICH", "1")]
    [InlineData("straße", "2")]
    [InlineData("strasse 5", "2")]
    [InlineData("ohare", "3")]
    [InlineData("o'hare", "3")]
    [InlineData("lon", "1,2")]
    [InlineData("lon cafe", "1")]
    [InlineData("ondon", "")]
    [InlineData("東", "4")]
    [InlineData("'; !", "")]
    public void Search_BeginningsOfWords_WhateverCaseAndAccents(string text, string ids)
    {
        var catalogue = Catalogue(
        [
            HotspotSamples.At("1", 51, 0), HotspotSamples.At("2", 51, 0, "Kiosk") with { Address = ["Große Straße 5"] }, HotspotSamples.At("3", 51, 0, "O’Hare", "Chicago"),
            HotspotSamples.At("4", 51, 0, "東京駅", null),
        ]);
        var words = new List<string>();
        SearchWords.Add(text, words);
        var found = words.Count == 0 ? Enumerable.Empty<string>() : catalogue.SearchWords(words, 0, new HotspotBudget(100)).Select(entry => entry.Id).Order(StringComparer.Ordinal);
        string.Join(',', found).ShouldBe(ids);
    }

    [Fact]
    public void Search_MoreThanMayBeFound_SaysSo()
    {
        var catalogue = Catalogue(Enumerable.Range(0, 50).Select(i => HotspotSamples.At($"{i}", 51, 0)));
        var budget = new HotspotBudget(10);
        catalogue.SearchWords(["london"], 0, budget).Count().ShouldBe(10);
        budget.IsSpent.ShouldBeTrue();
        var enough = new HotspotBudget(50);
        catalogue.SearchWords(["london"], 0, enough).Count().ShouldBe(50);
        enough.IsSpent.ShouldBeFalse();
    }

    [Fact]
    public void Near_OutOfService_IsLeftOut()
    {
        var catalogue = Catalogue([HotspotSamples.At("a", 51, 0) with { Until = Instant.FromUnixTimeSeconds(10) }, HotspotSamples.At("b", 51, 0) with { Since = Instant.FromUnixTimeSeconds(20) }]);
        string.Join(',', Near(catalogue, 51, 0, 10, 9, 5).Select(found => found.Entry.Id)).ShouldBe("a");
        Near(catalogue, 51, 0, 10, 9, 10).ShouldBeEmpty("'until' is exclusive, and 'since' not reached");
        string.Join(',', Near(catalogue, 51, 0, 10, 9, 20).Select(found => found.Entry.Id)).ShouldBe("b");
    }

    static List<(string Provider, HotspotEntry Entry, double Metres)> Near(HotspotCatalogue catalogue, double latitude, double longitude, double radius, int limit, long atSecond = 0)
    {
        var nearest = new NearestHotspots(limit, GreatCircle.Chord(radius), Instant.FromUnixTimeSeconds(atSecond).ToUnixTimeTicks());
        var from = SpherePoint.At(latitude, longitude);
        catalogue.SearchNear(in from, nearest);
        return nearest.Found(from, radius);
    }

    static HotspotCatalogue Catalogue(IEnumerable<Hotspot> hotspots) => HotspotCatalogue.Empty("albion", 1).With(Changes(hotspots), 1);

    static List<HotspotChange> Changes(IEnumerable<Hotspot> hotspots, long version = 1) =>
        [.. hotspots.Select(hotspot => new HotspotChange(hotspot.Id, new HotspotEntry(StoredHotspot.Bytes(hotspot), version, default)))];

    // The other formula, so that one checks the other.
    static double Haversine(double latitude, double longitude, double toLatitude, double toLongitude)
    {
        var (a, b) = (double.DegreesToRadians(latitude), double.DegreesToRadians(toLatitude));
        var (north, east) = (Math.Sin((b - a) / 2), Math.Sin(double.DegreesToRadians(toLongitude - longitude) / 2));
        return 2 * GreatCircle.RadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt((north * north) + (Math.Cos(a) * Math.Cos(b) * east * east))));
    }
}
