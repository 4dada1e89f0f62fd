using System.Text;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>What is said of overload in a Via (RFC 7339).</summary>
public sealed class OverloadFeedbackTests
{
    const string Answer = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS a.example;branch=z9hG4bK1;oc;oc-algo=\"loss,rate\";received=192.0.2.1 , SIP/2.0/UDP b.example;branch=z9hG4bK2\r\nVia: SIP/2.0/UDP c.example;oc\r\n\r\n";

    [Theory]
    [InlineData("oc=20;oc-algo=\"loss\";oc-validity=600;oc-seq=1282321615.782", 20, 600, "1282321615.782")] // as in its section 4.6
    [InlineData("oc=0;oc-validity=0;oc-seq=7", 0, 0, "7")]
    [InlineData("oc=100;oc-seq=1.5", 100, 500, "1.5")]
    [InlineData("oc=1;oc-seq=1;oc-validity=99999999", 1, 60_000, "1")]
    public void Read_WhatIsSaid_IsTaken(string parameters, int percent, int validMs, string sequence)
    {
        Assert.True(ViaView.TryParse(Encoding.ASCII.GetBytes("SIP/2.0/TLS a.example;branch=z9hG4bK1;" + parameters), out var via));
        Assert.True(OverloadFeedback.TryRead(in via, out var told), parameters);
        Assert.Equal((percent, validMs, sequence), (told.Percent, told.ValidForMs, told.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("rport")]
    [InlineData("oc")]
    [InlineData("oc=101;oc-seq=1")]
    [InlineData("oc=-1;oc-seq=1")]
    [InlineData("oc=20")]
    [InlineData("oc=20;oc-seq=x")]
    [InlineData("oc=20;oc-algo=\"rate\";oc-seq=1")]
    [InlineData("oc=20;oc-seq=1;oc-validity=soon")]
    [InlineData("oc=20;oc-seq=99999999999999999999999999999999999999999999")]
    public void Read_NothingOrNothingThatCanBeRead_IsNothing(string parameters)
    {
        Assert.True(ViaView.TryParse(Encoding.ASCII.GetBytes("SIP/2.0/TLS a.example;branch=z9hG4bK1;" + parameters), out var via));
        Assert.False(OverloadFeedback.TryRead(in via, out _), parameters);
    }

    [Fact]
    public void Tell_TheTopViaAsks_OnlyThatIsChanged() => Assert.Equal(
        Answer.Replace(";oc;oc-algo=\"loss,rate\";received=192.0.2.1", ";received=192.0.2.1;oc=20;oc-algo=\"loss\";oc-validity=500;oc-seq=17.250", StringComparison.Ordinal), Tell(Answer));

    [Theory]
    [InlineData("Via: SIP/2.0/TLS a.example;branch=z9hG4bK1")]
    [InlineData("Via: SIP/2.0/TLS a.example;branch=z9hG4bK1;oc=1")]
    [InlineData("Via: SIP/2.0/TLS a.example;branch=z9hG4bK1;oc;oc-algo=\"rate\"")]
    [InlineData("Via: SIP/2.0/TLS a.example;branch=z9hG4bK1;ocean")]
    [InlineData("Via: nothing;oc")]
    [InlineData("Vias: SIP/2.0/TLS a.example;oc")]
    public void Tell_TheTopViaDoesNotAsk_NothingIsTold(string via) => Assert.Equal("", Tell($"SIP/2.0 200 OK\r\n{via}\r\n\r\n"));

    [Theory]
    [InlineData("v : SIP/2.0/UDP a.example;oc")]
    [InlineData("From: <sip:a@b>\r\nVIA:SIP/2.0/UDP a.example ; oc")]
    public void Tell_InWhateverForm_IsTold(string lines) => Assert.Contains(";oc=20;", Tell($"SIP/2.0 200 OK\r\n{lines}\r\n\r\n"), StringComparison.Ordinal);

    static string Tell(string answer)
    {
        Span<byte> told = stackalloc byte[1_024];
        return new OverloadFeedback(20, 500, 17.25m).TryTell(Encoding.ASCII.GetBytes(answer), told, out var length) ? Encoding.ASCII.GetString(told[..length]) : "";
    }
}
