using Meetpoint.Output;
using Shouldly;

namespace Meetpoint.Tests.Output;

public sealed class LadderTests
{
    [Fact]
    public void Session_Call_IsALadderOfBothLegs() => Draw(Traced.Call(), 90).ShouldBe(
        """
        2026-11-22 09:30:00.000 UTC  s1
                         albion-gw                    exchange                      liberty
                      192.0.2.7:5060               192.0.2.1:5060               192.0.2.9:5061
           0.000             │─── INVITE +12125550100 ───▶│                            │
                             │ audio PCMU PCMA 192.0.2.1:4000 SRTP sendonly            │
           0.005             │◀─────── 100 Trying ────────│                            │
           0.008             │                            │─── INVITE +12125550100 ───▶│
           0.500             │── INVITE +12125550100 ↻ ──▶│                            │
           1.200             │                            │◀───── 486 Busy Here ───────│
           1.201             │◀───── 486 Busy Here ───────│                            │
           1.300             │────────── BYE x ──────────▶│                            │
           1.301             │◀ 481 Call/Transaction Do… ─│                            │


        """.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(133)]
    [InlineData(400)]
    public void Session_AnyWidth_FitsUnlessThatIsTooNarrowForItsColumns(int width)
    {
        var lines = Draw(Traced.Call(), width).Split('\n');
        lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(Math.Max(width, 10 + 2 * 11 + 2 * 18));
    }

    [Fact]
    public void Session_Faults_AreSaidWhereTheyHappened()
    {
        var text = Draw(
        [
            Traced.Message(0, "invalid", "OPTIONS sip:x@b SIP/2.0", error: "Malformed Via"),
            Traced.Message(10, "dropped", "OPTIONS sip:y@b SIP/2.0", "198.51.100.1:9", null),
            Traced.Message(20, "unsent", "INVITE sip:z@b SIP/2.0", "192.0.2.9:5061", "liberty", "tls"),
        ], 100);
        text.ShouldContain("✗ Malformed Via");
        text.ShouldContain("✗ dropped");
        text.ShouldContain("✗ not sent");
        text.ShouldContain("198.51.100.1:9");
    }

    [Fact]
    public void Session_WhatOthersSent_CannotMoveTheCursor()
    {
        var text = Draw([Traced.Message(0, "received", "INVITE sip:\e[2Jx@b SIP/2.0", party: "gw\e[2J")], 100, isFull: true);
        text.Where(char.IsControl).Distinct().ShouldBe(['\n']);
    }

    [Fact]
    public void Session_Full_ShowsEachMessageWhole()
    {
        var text = Draw([Traced.Message(0, "received", "INVITE sip:x@b SIP/2.0", body: Traced.Sdp, length: 9_000)], 100, isFull: true);
        text.ShouldContain("    m=audio 4000 RTP/SAVP 0 8 101");
        text.ShouldContain("further bytes are not kept");
    }

    [Fact]
    public void Write_MessageByMessage_BeginsAnewWhereAPartyOrTheSessionIsNew()
    {
        var output = new StringWriter { NewLine = "\n" };
        var ladder = new Ladder(output, new LadderStyle(90, false, false));
        foreach (var message in Traced.Call())
            ladder.Write(message);
        ladder.Write(Traced.Message(2_000, "received", "OPTIONS sip:x@b SIP/2.0", session: "s2"));
        output.ToString().Split('\n').Count(line => line.Contains(" UTC ", StringComparison.Ordinal)).ShouldBe(3, "the call, its second leg, the other session");
    }

    [Fact]
    public void Session_OnAScreen_HasColours()
    {
        Draw(Traced.Call(), 90, hasColours: true).ShouldContain("\e[31m");
        Draw(Traced.Call(), 90).ShouldNotContain("\e");
    }

    static string Draw(TracedMessage[] messages, int width, bool hasColours = false, bool isFull = false)
    {
        var output = new StringWriter { NewLine = "\n" };
        new Ladder(output, new LadderStyle(width, hasColours, isFull)).Session(messages, isCut: false);
        return output.ToString();
    }
}
