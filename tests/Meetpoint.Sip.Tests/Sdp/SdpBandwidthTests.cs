using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Sip.Tests.Sdp;

/// <summary>What b= lines ask for.</summary>
public sealed class SdpBandwidthTests
{
    [Theory]
    [InlineData("AS:384", 384_000L)]
    [InlineData("AS:384 TIAS:350000", 350_000L)]
    [InlineData("TIAS:350000 AS:384", 350_000L)]
    [InlineData("CT:1000 RR:500 RS:500", null)]
    [InlineData("AS:0", null)] // of a line that is on hold, or of who does not know
    [InlineData("AS:-5", null)]
    [InlineData("AS", null)]
    [InlineData("AS:99999999999999999999", null)]
    public void BitsPerSecond_OfLines_WithoutHeadersWhereItIsSaid(string lines, long? bits) => SdpBandwidth.BitsPerSecond(lines.Split(' ')).ShouldBe(bits);
}
