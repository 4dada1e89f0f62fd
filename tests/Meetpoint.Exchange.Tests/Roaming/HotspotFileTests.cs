using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Roaming.Hotspots;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

public sealed class HotspotFileTests
{
    const string Row = "id,name,latitude,longitude,country,ssids,security\r\n";

    [Fact]
    public void Csv_OutAndIn_IsTheSame() =>
        Prop.ForAll(Gen.ListOf(HotspotSamples.Any, 4).ToArbitrary(), list =>
        {
            var hotspots = list.DistinctBy(hotspot => hotspot.Id).ToList();
            var text = new StringBuilder();
            HotspotCsv.AppendHeader(text);
            hotspots.ForEach(hotspot => HotspotCsv.Append(text, hotspot));
            var file = Csv(text.ToString());
            file.Faults.ShouldBeEmpty(text.ToString());
            file.Hotspots.ShouldBeSame(hotspots);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void GeoJson_OutAndIn_IsTheSame() =>
        Prop.ForAll(Gen.ListOf(HotspotSamples.Any, 4).ToArbitrary(), list =>
        {
            var hotspots = list.DistinctBy(hotspot => hotspot.Id).ToList();
            var text = new StringBuilder(HotspotGeoJson.Start);
            for (var i = 0; i < hotspots.Count; i++)
                HotspotGeoJson.Append(i == 0 ? text : text.Append(','), hotspots[i]);
            var file = GeoJson(text.Append(HotspotGeoJson.End).ToString());
            file.Faults.ShouldBeEmpty(text.ToString());
            file.Hotspots.ShouldBeSame(hotspots);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Csv_EveryExportedCell_IsNoFormula() =>
        Prop.ForAll(HotspotSamples.Any.ToArbitrary(), hotspot =>
        {
            var text = new StringBuilder();
            HotspotCsv.Append(text, hotspot);
            var csv = new CsvReader(new StringReader(text.ToString()));
            csv.TryRead(out var fault).ShouldBeTrue();
            fault.ShouldBe(CsvFault.None);
            foreach (var cell in csv.Fields.Where(cell => !decimal.TryParse(cell, System.Globalization.CultureInfo.InvariantCulture, out _)))
                (cell is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]).ShouldBeFalse(cell);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Read_RandomBytes_NeverThrowsButForWhatIsNoText() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), bytes =>
        {
            try
            {
                HotspotCsv.Read(new MemoryStream(bytes));
            }
            catch (DecoderFallbackException)
            {
                // not UTF-8: the caller says so
            }

            try
            {
                HotspotGeoJson.Read(new MemoryStream(bytes));
            }
            catch (JsonException)
            {
                // no JSON: the caller says so
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Read_MangledFiles_NeverThrows() =>
        Prop.ForAll(
            (from hotspot in HotspotSamples.Any from at in Gen.Choose(0, 10_000) from put in Gen.Elements("\"", ",", "\r", "\n", "'", "[", "}", "\\", "null", "1e999", "\\ud800", "") select (hotspot, at, put)).ToArbitrary(),
            one =>
            {
                var csv = new StringBuilder();
                HotspotCsv.AppendHeader(csv);
                HotspotCsv.Append(csv, one.hotspot);
                Csv(Mangled(csv.ToString(), one.at, one.put)).FaultCount.ShouldBeGreaterThanOrEqualTo(0);
                var json = new StringBuilder(HotspotGeoJson.Start);
                HotspotGeoJson.Append(json, one.hotspot);
                try
                {
                    GeoJson(Mangled(json.Append(HotspotGeoJson.End).ToString(), one.at, one.put));
                }
                catch (JsonException)
                {
                    // no JSON any more
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Csv_ByteOrderMarkColumnsInAnyOrderAndLineFeedsAlone_IsRead()
    {
        var file = HotspotCsv.Read(new MemoryStream([.. Encoding.UTF8.GetPreamble(), .. "Security,COUNTRY,longitude,latitude,name,id,ssids\nopen,gb,-0.1200,51.50130,\"A \"\"B\"\", C\nD\",x,Free;Fr\\;ee\n\n"u8]));
        file.FaultCount.ShouldBe(1, "a line break is no part of a name");
        file.Faults[0].Path.ShouldBe("/lines/2/name");
        file = Csv("Security,COUNTRY,longitude,latitude,name,id,ssids\nopen,gb,-0.1200,51.50130,\"A \"\"B\"\", C\",x,Free;Fr\\;ee\n\n");
        var hotspot = file.Hotspots.ShouldHaveSingleItem();
        (hotspot.Name, hotspot.Country, hotspot.Security).ShouldBe(("A \"B\", C", "GB", HotspotSecurity.Open));
        hotspot.Ssids.ShouldBe(["Free", "Fr;ee"]);
        FormattableString.Invariant($"{hotspot.Latitude} {hotspot.Longitude}").ShouldBe("51.50130 -0.1200", "the digits that were given");
    }

    [Theory]
    [InlineData("id,nme,latitude\r\n", "/lines/1", "unknown-column")]
    [InlineData("id,id\r\n", "/lines/1", "duplicate-column")]
    [InlineData(Row + "x,n,51,0,GB,s\r\n", "/lines/2", "wrong-fields")]
    [InlineData(Row + "x,n,51,0,GB,s,open\r\ny,n,91,0,GB,s,open\r\n", "/lines/3/latitude", "out-of-range")]
    [InlineData(Row + "x,n,fifty,0,GB,s,open\r\n", "/lines/2/latitude", "wrong-type")]
    [InlineData(Row + "x,n,51.1234567890123,0,GB,s,open\r\n", "/lines/2/latitude", "too-exact")]
    [InlineData(Row + "x,n,51,0,UK,s,open\r\n", "/lines/2/country", "unknown-country")]
    [InlineData(Row + "x,n,51,0,GB,s,opn\r\n", "/lines/2/security", "unknown-word")]
    [InlineData(Row + "x,n,51,0,GB,,open\r\n", "/lines/2/ssids", "missing")]
    [InlineData(Row + "x,n,51,0,GB,s,open\r\nx,n,51,0,GB,s,open\r\n", "/lines/3/id", "duplicate-id")]
    [InlineData(Row + "x,\"n,51,0,GB,s,open\r\n", "/lines/2", "unclosed-quote")]
    [InlineData(Row + "x,n\"n,51,0,GB,s,open\r\n", "/lines/2", "stray-quote")]
    [InlineData(Row + "x,\"n\"n,51,0,GB,s,open\r\ny,n,51,0,GB,s,open\r\n", "/lines/2", "stray-quote")]
    [InlineData(Row + "x,n,51,0,GB,012345678901234567890123456789012,open\r\n", "/lines/2/ssids/0", "too-long")]
    public void Csv_Wrong_NamesLineAndColumn(string text, string path, string code)
    {
        var file = Csv(text);
        file.Hotspots.ShouldBeEmpty("all or nothing");
        file.Faults.Select(fault => (fault.Path, fault.Code)).ShouldContain((path, code));
    }

    [Fact]
    public void Csv_ManyFaults_AreCountedAndSomeTold()
    {
        var file = Csv(Row + string.Concat(Enumerable.Repeat("x,n,91,0,GB,s,open\r\n", 1_000)));
        (file.FaultCount, file.Faults.Length).ShouldBe((1_000, HotspotLimits.ToldFaults));
    }

    [Theory]
    [InlineData("[]", "", "wrong-type")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[3]}", "/features/0", "wrong-type")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[]}}]}", "/features/0/geometry", "wrong-type")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"x\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[51.5,-100]},\"properties\":{\"name\":\"n\",\"country\":\"GB\",\"security\":\"passpoint\"}}]}", "/features/0/properties/latitude", "out-of-range")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"x\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[0,51.5]},\"properties\":{\"nam\":\"n\",\"country\":\"GB\",\"security\":\"passpoint\"}}]}", "/features/0/properties/nam", "unknown-key")]
    public void GeoJson_Wrong_NamesTheFeature(string text, string path, string code) =>
        GeoJson(text).Faults.Select(fault => (fault.Path, fault.Code)).ShouldContain((path, code));

    [Fact]
    public void GeoJson_LongitudeFirstWithExponentAndHeight_IsRead()
    {
        var file = GeoJson("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"x\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-1e-05,51.50,12]},\"properties\":{\"name\":\"n\",\"country\":\"GB\",\"security\":\"passpoint\"}}]}");
        var hotspot = file.Hotspots.ShouldHaveSingleItem();
        (hotspot.Longitude, hotspot.Latitude).ShouldBe((-0.00001m, 51.5m));
    }

    [Fact]
    public void Rules_EveryBound_IsNamed()
    {
        var sound = HotspotSamples.At("x", 51, 0);
        sound.Faults().ShouldBeEmpty();
        (sound with { Id = new string('é', 127) }).Faults().ShouldBe([("/id", "bad-id")], "254 bytes");
        (sound with { Id = "a\nb" }).Faults().ShouldBe([("/id", "control-character")]);
        (sound with { Name = "half \ud83d" }).Faults().ShouldBe([("/name", "not-unicode")]);
        (sound with { Passpoint = new PasspointVenue { RoamingConsortia = ["5a03b"], VenueGroup = 12 } }).Faults()
            .ShouldBe([("/passpoint/roamingConsortia/0", "bad-consortium"), ("/passpoint/venueType", "missing"), ("/passpoint/venueGroup", "out-of-range")]);
        (sound with { Since = NodaTime.Instant.MaxValue, Until = NodaTime.Instant.MinValue }).Faults().ShouldBe([("/until", "dates-reversed")]);
        (sound with { Civic = [new CivicElement(256, "")] }).Faults().ShouldBe([("/civic/0/type", "out-of-range"), ("/civic/0/value", "too-long")]);
    }

    [Fact]
    public void Stored_WithoutOptionalMembers_ReadsAsWithNone()
    {
        var hotspot = StoredHotspot.Read("""{"id":"x","name":"n","latitude":"51.50","longitude":"0","country":"GB","security":"open"}"""u8);
        hotspot.Address.ShouldBeEmpty();
        JsonNode.Parse(HotspotSamples.Text(hotspot))!["latitude"]!.GetValue<string>().ShouldBe("51.50");
    }

    static HotspotFile Csv(string text) => HotspotCsv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    static HotspotFile GeoJson(string text) => HotspotGeoJson.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    static string Mangled(string text, int at, string put) => text.Remove(at % text.Length, 1).Insert(at % text.Length, put);
}
