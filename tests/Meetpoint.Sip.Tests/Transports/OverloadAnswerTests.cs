using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>A call turned away from the bytes that came.</summary>
public sealed class OverloadAnswerTests
{
    const string Plain =
        "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1;rport\r\nv: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2\r\nMax-Forwards: 70\r\n"
        + "To : <sip:a@b>\r\nf: <sip:c@d>;tag=1\r\nCall-ID: x@y\r\nCSeq: 1 INVITE\r\nSubject: hello\r\nContent-Length: 2\r\n\r\nhi";

    readonly OverloadAnswer _answers = new();

    [Fact]
    public void Invite_ThatIsPlain_GetsAnAnswerThatItsSenderUnderstands()
    {
        var text = Answer(Plain, "192.0.2.1:6000");

        var message = new SipMessage();
        Assert.True(message.TryParse(Encoding.ASCII.GetBytes(text), out var error), $"the answer is valid; instead {error}: {text}");
        Assert.Equal((503, "x@y", 1u), (message.StatusCode, message.CallId, message.CSeq));
        Assert.Equal(2, message.Texts(SipHeader.Via).Count);
        Assert.Contains("rport=6000", message.Texts(SipHeader.Via)[0], StringComparison.Ordinal);
        Assert.False(message.ToTag.IsEmpty, "To has a tag");
        Assert.DoesNotContain("Subject", text, StringComparison.Ordinal);
        Assert.True(_answers.IsAckOfOne(Encoding.ASCII.GetBytes($"ACK sip:a@b SIP/2.0\r\nTo: <sip:a@b>;tag={Encoding.ASCII.GetString(message.ToTag)}\r\n\r\n")), "its ACK is known");
    }

    [Fact]
    public void Invite_WhoseViaSaysWhereItCameFrom_GetsItBackAsItWas() =>
        Assert.Contains("\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1\r\n", Answer(Plain.Replace(";rport", "", StringComparison.Ordinal), "192.0.2.1:5070"), StringComparison.Ordinal);

    [Fact]
    public void Invite_OverAConnection_GetsItBackWhateverItsPort() =>
        Assert.StartsWith("SIP/2.0 503 ", Answer(Plain.Replace(";rport", "", StringComparison.Ordinal), "192.0.2.1:6000", isReliable: true), StringComparison.Ordinal);

    [Fact]
    public void Invite_WithMoreViaThanAnAnswerHolds_IsLeftToBeRead() =>
        Assert.Equal("", Answer(Plain.Replace("Max-Forwards: 70\r\n", string.Concat(Enumerable.Repeat("Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2\r\n", 100)), StringComparison.Ordinal), "192.0.2.1:6000"));

    [Theory]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1;rport", "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1")] // goes to another port
    [InlineData("CSeq: 1 INVITE\r\n", "")]
    [InlineData("CSeq: 1 INVITE\r\n", "CSeq: 1 INVITE\r\nCSeq: 2 INVITE\r\n")]
    [InlineData("To : <sip:a@b>\r\n", "To : <sip:a@b>\r\n  ;x=y\r\n")]
    [InlineData("Max-Forwards: 70\r\n", "Max-Forwards\r\n")]
    public void Invite_ThatIsNotPlain_IsLeftToBeRead(string part, string instead) =>
        Assert.Equal("", Answer(Plain.Replace(part, instead, StringComparison.Ordinal), "192.0.2.1:6000"));

    string Answer(string invite, string source, bool isReliable = false)
    {
        Span<byte> answer = stackalloc byte[OverloadAnswer.MaxBytes];
        return Encoding.ASCII.GetString(answer[.._answers.Write(Encoding.ASCII.GetBytes(invite), NetAddress.Parse(source), isReliable, answer)]);
    }
}
