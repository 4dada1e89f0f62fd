using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Interconnect;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class LookupTests
{
    // Three digits only, so that prefixes nest and collide as often as they can.
    static readonly Gen<string> Digits = Gen.NonEmptyListOf(Gen.Elements('0', '1', '9')).Select(digits => string.Concat(digits.Take(15)));

    [Fact]
    public void Find_AnyPrefixesAndNumber_IsTheLongestPrefix()
    {
        var cases = from prefixes in Gen.ListOf(Digits)
                    from numbers in Gen.NonEmptyListOf(Digits)
                    select (Prefixes: prefixes.Distinct().ToArray(), Numbers: numbers.Concat(prefixes).ToArray());
        Prop.ForAll(cases.ToArbitrary(), item =>
        {
            var table = new PrefixTable([.. item.Prefixes.Select((prefix, index) => (prefix, index))], (_, payload) => payload);
            foreach (var number in item.Numbers)
            {
                var longest = item.Prefixes.Where(prefix => number.StartsWith(prefix, StringComparison.Ordinal)).MaxBy(prefix => prefix.Length);
                table.Find(Encoding.ASCII.GetBytes("+" + number)).ShouldBe(longest is null ? -1 : Array.IndexOf(item.Prefixes, longest), $"number {number}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Find_AHundredThousandPrefixes_IsTheLongestPrefix()
    {
        var random = new System.Random(1);
        var prefixes = Enumerable.Range(0, 100_000).Select(_ => random.NextInt64(10, 10_000_000).ToString(CultureInfo.InvariantCulture)).Distinct().ToArray();
        var index = prefixes.Select((prefix, i) => (prefix, i)).ToDictionary(pair => pair.prefix, pair => pair.i);
        var table = new PrefixTable([.. prefixes.Select((prefix, i) => (prefix, i))], (_, payload) => payload);
        for (var i = 0; i < 100_000; i++)
        {
            var number = random.NextInt64(1, 100_000_000_000).ToString(CultureInfo.InvariantCulture);
            var expected = Enumerable.Range(1, number.Length).Reverse().Select(length => index.GetValueOrDefault(number[..length], -1)).FirstOrDefault(found => found >= 0, -1);
            table.Find(Encoding.ASCII.GetBytes(number)).ShouldBe(expected, $"number {number}");
        }
    }

    [Theory]
    [InlineData("sip:Alice@Albion.Example:5060;transport=tcp", "alice@albion.example")]
    [InlineData("alice@albion.example", "alice@albion.example")]
    [InlineData("tel:+44-20-7946.0000;phone-context=x", "+442079460000")]
    [InlineData("+44 20 7946 0000", "+442079460000")]
    [InlineData("sips:albion.example", "albion.example")]
    [InlineData("albion.example:5061", "albion.example")]
    [InlineData("sip:room@[2001:db8::1]:5060", "room@[2001:db8::1]")]
    [InlineData("sip:alice:secret@albion.example", "alice@albion.example")]
    [InlineData("sip:user;par=u%40example.net@albion.example;x=y", "user;par=u%40example.net@albion.example")]
    [InlineData("sip:what?/this;is:pass?;word@albion.example", "what?/this;is@albion.example")]
    [InlineData("sip::secret@albion.example", null)]
    [InlineData("sip:alice:secret@", null)]
    [InlineData("sip:albion.example;x=y", "albion.example")]
    [InlineData("a@b@c", null)]
    [InlineData("@albion.example", null)]
    [InlineData("alice@", null)]
    [InlineData("+", null)]
    [InlineData("+4420794600001234", null)]
    [InlineData("al ice@albion.example", null)]
    [InlineData("älice@albion.example", null)]
    [InlineData("", null)]
    public void Canonical_Address_HasOneForm(string text, string? expected) => AddressText.Canonical(text, out _).ShouldBe(expected);

    [Fact]
    public void Canonical_AnyText_NeverThrows() => Prop.ForAll<string>(text =>
    {
        if (text is not null)
            AddressText.Canonical(text, out _);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Find_NumberAsUserOfOurDomain_IsTheNumber()
    {
        var world = World.Build(Worlds.Document, "albion.example", new LimitBook());
        world.Find("sip:+12125550100@albion.example;user=phone")!.Provider.Id.ShouldBe("liberty");
        world.Find("sip:+442079460001@liberty.example")!.Endpoint!.Id.ShouldBe("alice-phone");
        world.Find("someone@liberty.example"u8)!.Provider.Id.ShouldBe("liberty");
        world.Find("+4420")!.Provider.Id.ShouldBe("albion");
        world.Find("+442").ShouldBeNull("a number that is shorter than the prefix does not match it");
    }
}
