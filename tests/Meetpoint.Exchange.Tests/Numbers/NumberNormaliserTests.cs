using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Numbers;

public sealed class NumberNormaliserTests
{
    static readonly World _world = NumberWorld.Admission().World;

    public static IEnumerable<TheoryDataRow<string, string, string, string, string>> Cases =>
        Vectors.Rows("normalise.txt").Select(row => new TheoryDataRow<string, string, string, string, string>(row[0], row[1], row[2], row[3], row[4]));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Normalise_Vector_GivesKindTargetAndUri(string plan, string received, string kind, string target, string uri)
    {
        var normaliser = _world.FindNeighbour(plan)!.Numbers;
        var buffer = new byte[NumberNormaliser.BufferBytes];
        var bytes = Encoding.UTF8.GetBytes(received);
        var found = normaliser.Normalise(bytes, buffer);
        KebabEnum<NumberKind>.Word(found.Kind).ShouldBe(kind);
        Encoding.UTF8.GetString(found.Target).ShouldBe(target == "-" ? received : target);
        Encoding.UTF8.GetString(found.Uri).ShouldBe(uri == "-" ? received : uri);
        found.IsChanged.ShouldBe(uri != "-");
        normaliser.IsEmergency(bytes).ShouldBe(kind == "emergency", "the question in front of everything must agree");
        if (!found.IsChanged || found.Kind != NumberKind.Number)
            return;
        var again = normaliser.Normalise(Encoding.UTF8.GetBytes(uri), new byte[NumberNormaliser.BufferBytes]);
        (again.Kind, again.IsChanged).ShouldBe((NumberKind.Number, false), "what was normalised is normal");
    }

    [Fact]
    public void Normalise_RandomBytes_NeverThrows()
    {
        var random = new Random(11);
        var buffer = new byte[NumberNormaliser.BufferBytes];
        var alphabet = "tel:sip:+0123456789-.()*#%2B;@=phone-context rn?&[]<>\"\\xé"u8.ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            var text = new byte[random.Next(60)];
            for (var c = 0; c < text.Length; c++)
                text[c] = alphabet[random.Next(alphabet.Length)];
            byte[] uri = [.. i % 3 == 0 ? "tel:"u8 : i % 3 == 1 ? "sip:"u8 : default, .. text, .. i % 2 == 0 ? "@h;user=phone"u8 : default];
            var found = _world.FindNeighbour("uk-rn")!.Numbers.Normalise(uri, buffer);
            if (found.Kind == NumberKind.Number)
                AddressText.Canonicalise(found.Target, new byte[AddressText.MaxLength], out _).ShouldBe(AddressForm.Number, Encoding.UTF8.GetString(uri));
        }
    }

    [Fact]
    public void Normalise_LongestUri_FitsItsBuffer()
    {
        var uri = Encoding.ASCII.GetBytes("sip:0" + new string('-', 1_900) + "2079460001@192.0.2.1;user=phone");
        var found = _world.FindNeighbour("uk")!.Numbers.Normalise(uri, new byte[NumberNormaliser.BufferBytes]);
        Encoding.ASCII.GetString(found.Uri).ShouldBe("sip:+442079460001@192.0.2.1;user=phone");
        var full = Encoding.ASCII.GetBytes("sip:79460001@192.0.2.1;x=" + new string('y', 2_048 - 25));
        full.Length.ShouldBe(2_048);
        _world.FindNeighbour("uk")!.Numbers.Normalise(full, new byte[NumberNormaliser.BufferBytes]).Uri.Length.ShouldBe(full.Length + 5);
        _world.FindNeighbour("uk")!.Numbers.Normalise([.. full, (byte)'y'], new byte[NumberNormaliser.BufferBytes]).Kind.ShouldBe(NumberKind.NotANumber);
    }

    [Fact]
    public void Normalise_Warm_AllocatesNothing()
    {
        var normaliser = _world.FindNeighbour("uk-rn")!.Numbers;
        var buffer = new byte[NumberNormaliser.BufferBytes];
        var uris = new[] { "sip:02079460001@192.0.2.1;user=phone", "tel:02079460001;npdi;rn=+447700900000", "sip:alice@albion.example", "sip:112@x", "tel:118118" }
            .Select(Encoding.ASCII.GetBytes).ToArray();
        for (var round = 0; round < 2; round++)
        {
            var before = Allocations.Begin();
            for (var i = 0; i < 2_000; i++)
                normaliser.Normalise(uris[i % uris.Length], buffer);
            if (round == 1)
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    [Fact]
    public void NumbersOf_ProvidersCustomers_HaveItsPlan()
    {
        var provider = _world.FindProvider("albion")!;
        _world.NumbersOf(provider).Normalise("tel:02079460001"u8, new byte[NumberNormaliser.BufferBytes]).Target.SequenceEqual("+442079460001"u8).ShouldBeTrue();
        _world.FindNeighbour("albion-core")!.Numbers.IsEmergency("tel:112"u8).ShouldBeTrue("a trunk without a plan has its provider's");
        _world.FindNeighbour("to-liberty")!.Numbers.IsEmergency("tel:112"u8).ShouldBeFalse("an exchange has none but its own");
    }

    [Theory]
    [InlineData("118xxx", "118123", true)]
    [InlineData("118xxx", "11812", false)]
    [InlineData("118xxx", "1181234", false)]
    [InlineData("1[2-46]X", "149", true)]
    [InlineData("1[2-46]X", "160", true)]
    [InlineData("1[2-46]X", "150", false)]
    [InlineData("*#x", "*#7", true)]
    public void Matches_Pattern_IsForTheWholeCode(string pattern, string code, bool expected) =>
        DialPattern.Parse(pattern)!.Matches(Encoding.ASCII.GetBytes(code)).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[2-]")]
    [InlineData("[5-2]")]
    [InlineData("[a-b]")]
    [InlineData("12a")]
    [InlineData("+44")]
    [InlineData("12345678901234567")]
    public void Parse_NoPattern_IsNull(string pattern) => DialPattern.Parse(pattern).ShouldBeNull();
}
