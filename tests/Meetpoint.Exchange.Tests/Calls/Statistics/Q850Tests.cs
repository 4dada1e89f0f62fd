using Meetpoint.Exchange.Calls.Statistics;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls.Statistics;

public sealed class Q850Tests
{
    [Theory]
    [InlineData("Reason: Q.850;cause=17;text=\"User busy\"\r\n", 17)]
    [InlineData("Reason: q.850 ; text=\"x\" ; CAUSE=34\r\n", 34)]
    [InlineData("Reason: SIP;cause=600;text=\"Busy\", Q.850;cause=19\r\n", 19)]
    [InlineData("Reason: SIP;cause=486\r\nReason: Q.850;cause=21\r\n", 21)]
    [InlineData("Reason: Q.850;cause=0\r\n", 0)]
    [InlineData("Reason: Q.850;cause=128\r\n", 0)]
    [InlineData("Reason: Q.850;cause=\r\n", 0)]
    [InlineData("Reason: Q.850\r\n", 0)]
    [InlineData("Reason: Q.850;\r\n", 0)]
    [InlineData("Reason: SIP;cause=17\r\n", 0)]
    [InlineData("", 0)]
    public void Told_ByReason_IsTheCauseOfQ850(string reason, int cause)
    {
        var text = "SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@a.example>;tag=1\r\nTo: <sip:b@b.example>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
            + reason + "Content-Length: 0\r\n\r\n";
        Q850.Told(CallMessages.Parse(text)).ShouldBe(cause);
    }
}
