using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Net;
using Meetpoint.Sip.Tests.Support;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Messages;

public sealed class SipMessageTests
{
    const string Invite = """
        INVITE sip:bob@biloxi.example.com SIP/2.0
        Via: SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74bf9;rport
        Max-Forwards: 70
        Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>
        f: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl
        To: Bob <sip:bob@biloxi.example.com>
        Call-ID: 3848276298220188511@atlanta.example.com
        CSeq: 1 INVITE
        m: <sip:alice@client.atlanta.example.com;transport=tcp>
        Session-Expires: 1800;refresher=uac
        Require: 100rel
        Supported: timer , replaces
        Content-Length: 0


        """;

    static SipMessage Parse(string text)
    {
        var message = new SipMessage();
        message.TryParse(Vectors.Wire(text), out var error).ShouldBeTrue(error.ToString());
        return message;
    }

    [Fact]
    public void TryParse_CompactAndListedHeaders_AreFound()
    {
        var message = Parse(Invite);
        message.Method.ShouldBe(SipMethod.Invite);
        message.From!.DisplayName.ShouldBe("Alice");
        message.Contact!.Uri!.Parameter("transport").ShouldBe("tcp");
        message.SessionExpires.ShouldBe((1800, true));
        message.Lists(SipHeader.Supported, "REPLACES"u8).ShouldBeTrue();
        message.Lists(SipHeader.Supported, "100rel"u8).ShouldBeFalse();
        message.Texts(SipHeader.Record_Route).Count.ShouldBe(2);
    }

    [Fact]
    public void TryParse_SameObjectAgain_AllocatesNothing()
    {
        var wire = Vectors.Wire(Invite);
        var message = new SipMessage();
        for (var i = 0; i < 100; i++)
            message.TryParse(wire, out _);
        var before = Allocations.Begin();
        for (var i = 0; i < 1_000; i++)
        {
            message.TryParse(wire, out _);
            _ = message.TryTopVia(out var via) && via.Branch.Length > 0 && message.FromTag.Length > 0;
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Response_SameWriterAgain_AllocatesNothing()
    {
        var message = Parse(Invite);
        message.Source = NetAddress.Parse("192.0.2.9:40000");
        var writer = new SipWriter();
        var body = new byte[400];
        void Write()
        {
            writer.Response(message, 200, null, "abc").Header(SipHeader.Contact, "<sip:b@192.0.2.4;transport=tcp>")
                .Header(SipHeader.Session_Expires, "1800;refresher=uac"u8).EndWithBody("application/sdp", body);
            writer.Request("BYE", "sip:b@192.0.2.4").Header(SipHeader.Call_ID, message.CallId).End();
        }

        for (var i = 0; i < 100; i++)
            Write();
        var before = Allocations.Begin();
        for (var i = 0; i < 1_000; i++)
            Write();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Response_Invite_CopiesWhatItMustAndStampsTheTopVia()
    {
        var message = Parse(Invite);
        message.Source = NetAddress.Parse("192.0.2.9:40000");
        var writer = new SipWriter();
        writer.Response(message, 180, null, "abc").End();
        var response = new SipMessage();
        response.TryParse(writer.Written, out var error).ShouldBeTrue(error.ToString());
        response.Text(SipHeader.Via).ShouldBe("SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74bf9;received=192.0.2.9;rport=40000");
        response.To!.Tag.ShouldBe("abc");
        response.CallId.ShouldBe(message.CallId);
        response.Texts(SipHeader.Record_Route).ShouldBe(["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"]);
    }

    [Fact]
    public void Header_ValueWithLineEnds_CannotAddAHeader()
    {
        var writer = new SipWriter();
        writer.Response(Parse(Invite), 400, "Bad\r\nInjected: yes").End();
        Encoding.UTF8.GetString(writer.Written).ShouldNotContain("\nInjected");
    }

    [Theory]
    [InlineData("Content-Length: 0", "Content-Length: 99999999999", SipParseError.BodyTooLarge)]
    [InlineData("Content-Length: 0", "Content-Length: 5", SipParseError.ContentLengthMismatch)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 256", SipParseError.MaxForwardsMalformed)]
    [InlineData("Max-Forwards: 70", "Max Forwards: 70", SipParseError.HeaderMalformed)]
    [InlineData("CSeq: 1 INVITE", "CSeq: 2147483648 INVITE", SipParseError.CSeqMalformed)]
    [InlineData("CSeq: 1 INVITE", "CSeq: 1 invite", SipParseError.CSeqMethodMismatch)]
    [InlineData("Session-Expires: 1800;refresher=uac", "x: 1\nx: 2", SipParseError.HeaderRepeated)]
    public void TryParse_OneThingWrong_SaysWhich(string right, string wrong, SipParseError expected)
    {
        new SipMessage().TryParse(Vectors.Wire(Invite.ReplaceLineEndings("\n").Replace(right, wrong)), out var error);
        error.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_OverALimit_IsRefused()
    {
        var text = Invite.ReplaceLineEndings("\n");
        var message = new SipMessage();
        message.TryParse(Vectors.Wire(text.Replace("Max-Forwards: 70", "X: " + new string('x', 20_000))), out var error);
        error.ShouldBe(SipParseError.HeaderTooLong);
        message.TryParse(Vectors.Wire(text.Replace("Max-Forwards: 70", string.Concat(Enumerable.Repeat("X: y\n", 300)) + "Z: z")), out error);
        error.ShouldBe(SipParseError.TooManyHeaders);
        message.TryParse(Vectors.Wire(text.Replace("bob@biloxi.example.com SIP", new string('b', 3_000) + "@b SIP")), out error);
        error.ShouldBe(SipParseError.UriTooLong);
        message.TryParse(new byte[70_000].Select(_ => (byte)'a').ToArray(), out error);
        error.ShouldBe(SipParseError.MessageTooLarge);
    }

    [Fact]
    public void TryParse_BareLineFeedInAHeader_IsRefused()
    {
        var wire = Encoding.UTF8.GetString(Vectors.Wire(Invite)).Replace("Max-Forwards: 70", "Subject: a\nMax-Forwards: 1", StringComparison.Ordinal);
        new SipMessage().TryParse(Encoding.UTF8.GetBytes(wire), out var error);
        error.ShouldBe(SipParseError.HeaderMalformed);
    }

    [Fact]
    public void TryParse_MutatedVectors_NeverThrowsAndEveryAccessorHolds()
    {
        var corpus = Vectors.Torture().Select(v => Vectors.Torture(v.Name)).Append(Vectors.Wire(Invite)).ToArray();
        var message = new SipMessage();
        var writer = new SipWriter();
        var mutations = Gen.Choose(0, int.MaxValue - 1).Select(seed => seed).ToArbitrary();
        Prop.ForAll(mutations, seed =>
        {
            var wire = Mutation.Of(corpus, new Random(seed));
            message.TryParse(wire, out _);
            Touch(message, writer);
            var framer = new SipStreamFramer();
            framer.Add(wire);
            while (framer.Next(out _) is not (SipFrame.NeedMore or SipFrame.Broken))
            {
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    static void Touch(SipMessage message, SipWriter writer)
    {
        _ = message.RequestUri?.Equals(message.RequestUri);
        _ = message.From?.ToString();
        _ = message.To?.Uri?.TelephoneNumber;
        _ = message.Contact?.Parameter("q");
        _ = message.SessionExpires;
        _ = message.RAck;
        _ = message.MediaType;
        _ = message.ReasonPhrase;
        _ = message.ToOwned().ToString();
        foreach (var line in message.Lines)
            message.ValueOf(line).Length.ShouldBe(line.ValueLength);
        Meetpoint.Sip.Sdp.SdpDescription.TryParse(message.Body, out var sdp, out _);
        _ = sdp?.Media.Select(m => (m.RtpMaps.ToList(), m.Cryptos.ToList(), m.HeaderExtensions.ToList(), m.RtcpPort)).ToList();
        if (message.IsAnswerable)
            writer.Response(message, 400, null, "t").End();
    }
}
