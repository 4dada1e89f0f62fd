using System.Text;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Messages;

public sealed class SipStreamFramerTests
{
    static readonly byte[] Two = Vectors.Wire("""
        OPTIONS sip:a@b SIP/2.0
        l: 4

        abcdSIP/2.0 200 OK
        Content-Length: 0


        """);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void Next_InPiecesOfAnySize_GivesTheSameMessages(int size)
    {
        var framer = new SipStreamFramer();
        var found = new List<string>();
        foreach (var piece in Two.Chunk(size))
        {
            framer.Add(piece);
            while (framer.Next(out var message) is var frame and not SipFrame.NeedMore)
            {
                frame.ShouldBe(SipFrame.Message);
                found.Add(Encoding.ASCII.GetString(message));
            }
        }

        found.Count.ShouldBe(2);
        found[0].ShouldEndWith("abcd");
        found[1].ShouldStartWith("SIP/2.0 200");
        framer.Pending.ShouldBe(0);
    }

    [Fact]
    public void Next_DoubleCrlf_IsAPing()
    {
        var framer = new SipStreamFramer();
        framer.Add("\r\n\r\n"u8);
        framer.Next(out _).ShouldBe(SipFrame.Ping);
        framer.Add("\r\n"u8);
        framer.Next(out _).ShouldBe(SipFrame.Pong);
        framer.Next(out _).ShouldBe(SipFrame.NeedMore);
    }

    [Theory]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\n\r\n", SipParseError.ContentLengthMismatch)]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 104857600\r\n\r\n", SipParseError.BodyTooLarge)]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: x\r\n\r\n", SipParseError.ContentLengthMalformed)]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n", SipParseError.HeaderRepeated)]
    public void Next_LengthThatCannotBeFollowed_Breaks(string wire, SipParseError expected)
    {
        var framer = new SipStreamFramer();
        framer.Add(Encoding.ASCII.GetBytes(wire));
        framer.Next(out _).ShouldBe(SipFrame.Broken);
        framer.Error.ShouldBe(expected);
    }

    [Fact]
    public void Add_HeaderThatNeverEnds_BreaksWithinTheLimit()
    {
        var framer = new SipStreamFramer();
        var frame = SipFrame.NeedMore;
        framer.Add("OPTIONS sip:a@b SIP/2.0\r\nX: "u8);
        for (var i = 0; i < 100 && frame == SipFrame.NeedMore; i++)
        {
            framer.Add(new byte[1_000].Select(_ => (byte)'x').ToArray());
            frame = framer.Next(out _);
        }

        frame.ShouldBe(SipFrame.Broken);
        framer.Pending.ShouldBeLessThan(SipLimits.MessageBytes + 2_000);
    }
}
