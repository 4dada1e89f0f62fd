using System.Text;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Rules;

/// <summary>Who is charged (RFC 4372) is another at each partner, the same there from day to day, and himself again at home.</summary>
public sealed class CuiTests
{
    const string Issued = "Chargeable-User-Identity = 0x7573657231323334";

    [Fact]
    public void Pseudonym_GoesOutAndComesBackAsItself()
    {
        var out1 = Borders.Direct("{}").Cross(RadiusCode.AccessAccept, out var fate, "Class = 0x01", Issued);
        fate.ShouldBe(CuiFate.Mapped);
        out1.Length.ShouldBe(2);
        out1[1].ShouldStartWith("Chargeable-User-Identity = ");
        out1[1].ShouldNotContain("75736572", Case.Sensitive, "it tells nothing of the home's own");

        // Another process, with nothing but the secret.
        var again = Borders.Direct("{}");
        again.Cross(RadiusCode.AccessAccept, "Class = 0x01", Issued).ShouldBe(out1, "the same while the home's is");
        again.Cross(RadiusCode.AccountingRequest, out fate, "Acct-Session-Id = \"1\"", out1[1]).ShouldBe(["Acct-Session-Id = \"1\"", Issued]);
        fate.ShouldBe(CuiFate.Mapped);
        again.Cross(RadiusCode.AccessRequest, out1[1]).ShouldBe([Issued], "who asks again may say it, too");
        again.Cross(RadiusCode.CoaRequest, Issued).ShouldBe([out1[1]], "the hotspot knows the session by it");
    }

    [Fact]
    public void Pseudonym_OfAnotherPair_IsForeign()
    {
        var (direct, further) = (Borders.Direct("{}"), Borders.ByLiberty("{}", "{}"));
        var one = direct.Cross(RadiusCode.AccessAccept, Issued).Single();
        further.Cross(RadiusCode.AccessAccept, Issued).Single().ShouldNotBe(one, "another home");
        further.Cross(RadiusCode.AccountingRequest, out var fate, one).ShouldBe([one], "it goes on as it came");
        fate.ShouldBe(CuiFate.Foreign);
    }

    [Theory]
    [InlineData(RadiusCode.AccessRequest)]
    [InlineData(RadiusCode.AccountingRequest)]
    [InlineData(RadiusCode.AccessAccept)]
    public void Nul_GoesThrough(RadiusCode code)
    {
        Borders.Direct("{}").Cross(code, out var fate, "Chargeable-User-Identity = 0x00").ShouldBe(["Chargeable-User-Identity = 0x00"]);
        fate.ShouldBe(CuiFate.AsItCame);
    }

    [Fact]
    public void AsIssued_GoesOutAsItIs_AndPseudonymsOfBeforeComeBack()
    {
        var before = Borders.Direct("{}").Cross(RadiusCode.AccessAccept, Issued).Single();
        var crossing = Borders.Direct("""{"cui":"as-issued"}""");
        crossing.Cross(RadiusCode.AccessAccept, Issued).ShouldBe([Issued]);
        crossing.Cross(RadiusCode.AccountingRequest, out var fate, Issued).ShouldBe([Issued]);
        fate.ShouldBe(CuiFate.AsItCame);
        crossing.Cross(RadiusCode.AccountingRequest, before).ShouldBe([Issued], "sessions that began under the older terms");
    }

    [Fact]
    public void OwnCustomers_AreThemselves() => Crossing.Own.Cross(RadiusCode.AccessAccept, Issued).ShouldBe([Issued]);

    [Fact]
    public void EveryLength_ThatFits_ComesBack_AndLongerIsLeftOut()
    {
        var pseudonyms = new CuiPseudonyms(Borders.Secret, "liberty", "albion");
        byte[] sealedRoom = new byte[RadiusAttribute.MaxValueLength], opened = new byte[RadiusAttribute.MaxValueLength];
        for (var length = 1; length <= CuiPseudonyms.MaxIssuedLength; length++)
        {
            var issued = Enumerable.Range(0, length).Select(i => (byte)(length + i)).ToArray();
            var written = pseudonyms.Seal(issued, sealedRoom);
            written.ShouldBeInRange(1, RadiusAttribute.MaxValueLength, $"{length} octets");
            (length > 173 || Ascii.IsValid(sealedRoom.AsSpan(0, written))).ShouldBeTrue($"a text while it has room: {length} octets");
            pseudonyms.Open(sealedRoom.AsSpan(0, written), opened).ShouldBe(length);
            opened.AsSpan(0, length).SequenceEqual(issued).ShouldBeTrue($"{length} octets");
            sealedRoom[written / 2] ^= 1;
            pseudonyms.Open(sealedRoom.AsSpan(0, written), opened).ShouldBe(-1, $"one bit of {length} octets is another");
        }

        var tooLong = $"Chargeable-User-Identity = 0x{new string('a', 2 * (CuiPseudonyms.MaxIssuedLength + 1))}";
        Borders.Direct("{}").Cross(RadiusCode.AccessAccept, out var fate, "Class = 0x01", tooLong).ShouldBe(["Class = 0x01"]);
        fate.ShouldBe(CuiFate.LeftOut);
    }

    [Fact]
    public void Anything_IsOpenedWithoutHarm()
    {
        var pseudonyms = new CuiPseudonyms(Borders.Secret, "liberty", "albion");
        var (chance, opened) = (new Random(1), new byte[RadiusAttribute.MaxValueLength]);
        for (var i = 0; i < 5_000; i++)
        {
            var octets = new byte[chance.Next(RadiusAttribute.MaxValueLength + 1)];
            chance.NextBytes(octets);
            if (i % 2 == 0)
                octets = [.. octets.Select(octet => (byte)"ABCDabcd0123-_=\n "[octet % 17])];
            pseudonyms.Open(octets, opened).ShouldBe(-1);
        }
    }

    [Fact]
    public void Pairs_AreToldApart()
    {
        byte[] one = new byte[RadiusAttribute.MaxValueLength], other = new byte[RadiusAttribute.MaxValueLength];
        var length = new CuiPseudonyms(Borders.Secret, "ab", "c").Seal("user"u8, one);
        new CuiPseudonyms(Borders.Secret, "a", "bc").Seal("user"u8, other).ShouldBe(length);
        Encoding.ASCII.GetString(other, 0, length).ShouldNotBe(Encoding.ASCII.GetString(one, 0, length));
    }
}
