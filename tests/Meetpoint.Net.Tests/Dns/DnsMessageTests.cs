using Meetpoint.Net.Dns;
using Shouldly;

namespace Meetpoint.Net.Tests.Dns;

public sealed class DnsMessageTests
{
    static readonly DnsMessage Full = new()
    {
        Id = 0xBEEF, IsResponse = true, IsAuthoritative = true, RecursionDesired = true, QuestionName = "example.org",
        QuestionType = DnsType.Srv, UdpPayloadBytes = 1232,
        Answers =
        [
            new SrvRecord("_sip._udp.example.org", 60, 1, 2, 5060, "a.example.org"),
            new NaptrRecord("example.org", 60, 10, 20, "s", "SIP+D2U", "", "_sip._udp.example.org"),
            new CnameRecord("www.example.org", 5, "a.example.org"),
        ],
        Authorities = [new SoaRecord("example.org", 60, "ns.example.org", "root.example.org", 1, 2, 3, 4, 5)],
        Additionals =
        [
            new AddressRecord("a.example.org", 60, NetAddress.Parse("192.0.2.1")),
            new AddressRecord("a.example.org", 60, NetAddress.Parse("2001:db8::1")),
        ],
    };

    [Fact]
    public void WriteThenParse_EveryRecordType_ComesBackEqual()
    {
        var bytes = new byte[1232];
        var length = Full.Write(bytes);
        DnsMessage.TryParse(bytes.AsSpan(0, length), out var read, out var error).ShouldBeTrue(error.ToString());
        read!.Answers.ShouldBe(Full.Answers);
        read.Authorities.ShouldBe(Full.Authorities);
        read.Additionals.ShouldBe(Full.Additionals);
        (read.Id, read.QuestionName, read.QuestionType, read.UdpPayloadBytes).ShouldBe(((ushort)0xBEEF, "example.org", DnsType.Srv, 1232));
        length.ShouldBeLessThan(300, "names are compressed");
    }

    [Fact]
    public void Write_TooLittleRoom_LeavesOutAndSaysSo()
    {
        var bytes = new byte[120];
        var length = Full.Write(bytes);
        DnsMessage.TryParse(bytes.AsSpan(0, length), out var read, out _).ShouldBeTrue();
        read!.IsTruncated.ShouldBeTrue();
        read.Answers.Count.ShouldBeLessThan(3);
    }

    [Fact]
    public void TryParse_CutAtEveryByte_IsRefusedAndNeverThrows()
    {
        var bytes = new byte[1232];
        var length = Full.Write(bytes);
        for (var cut = 0; cut < length; cut++)
            DnsMessage.TryParse(bytes.AsSpan(0, cut), out _, out _).ShouldBeFalse($"cut at {cut}");
    }

    [Theory]
    [InlineData("C00C 0001 0001", DnsParseError.BadPointer)] // points at itself
    [InlineData("C00E C00C 0001 0001", DnsParseError.BadPointer)] // points forward
    [InlineData("0161 C00C 0001 0001", DnsParseError.BadPointer)] // points at its own first label
    [InlineData("C0FF 0001 0001", DnsParseError.BadPointer)] // points past the end
    [InlineData("4061 00 0001 0001", DnsParseError.BadLabel)] // an extended label
    [InlineData("3F61", DnsParseError.Truncated)]
    [InlineData("C0", DnsParseError.Truncated)]
    public void TryParse_MaliciousName_IsRefusedWithItsReason(string question, DnsParseError expected)
    {
        var bytes = Convert.FromHexString("000001000001000000000000" + question.Replace(" ", "", StringComparison.Ordinal));
        DnsMessage.TryParse(bytes, out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_NameOver255Bytes_IsRefused()
    {
        var labels = string.Concat(Enumerable.Repeat("3F" + new string('6', 126), 4));
        DnsMessage.TryParse(Convert.FromHexString($"000001000001000000000000{labels}0000010001"), out _, out var error).ShouldBeFalse();
        error.ShouldBe(DnsParseError.NameTooLong);
    }

    [Fact]
    public void TryParse_MoreRecordsThanAllowed_IsRefused()
    {
        DnsMessage.TryParse(Convert.FromHexString("0000800000000FFF00000000"), out _, out var error).ShouldBeFalse();
        error.ShouldBe(DnsParseError.TooManyRecords);
    }

    [Fact]
    public void TryParse_RandomAndMutatedBytes_NeverThrowsAndWhatItReadsCanBeWritten()
    {
        var random = new Random(20260101);
        var good = new byte[1232];
        var length = Full.Write(good);
        var written = new byte[65_536];
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = good.AsSpan(0, length).ToArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (round % 4 == 0)
                random.NextBytes(bytes);
            if (DnsMessage.TryParse(bytes, out var message, out var error))
                message.Write(written).ShouldBeGreaterThan(0);
            else
                error.ShouldNotBe(DnsParseError.None);
        }
    }

    [Theory]
    [InlineData("a\\.b.example", true)]
    [InlineData("\\000\\255.x", true)]
    [InlineData("", true)]
    [InlineData("a..b", false)]
    [InlineData(".", false)]
    [InlineData(".a", false)]
    [InlineData("a\\256", false)]
    [InlineData("a\\", false)]
    public void IsValid_EscapesAndEmptyLabels_AreTold(string name, bool expected) => DnsName.IsValid(name).ShouldBe(expected);
}
