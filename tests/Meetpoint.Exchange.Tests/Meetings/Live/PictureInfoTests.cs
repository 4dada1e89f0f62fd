using System.Text;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>INFO by which a room system wants its picture anew (RFC 5168).</summary>
public sealed class PictureInfoTests
{
    [Theory]
    [InlineData("application/media_control+xml", "<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>", true)]
    [InlineData("application/media_control+xml", "<media_control><vc_primitive><to_encoder></to_encoder></vc_primitive></media_control>", false)]
    [InlineData("application/dtmf-relay", "Signal=5 picture_fast_update", false)]
    public void Asks_ForAPictureAnew(string type, string body, bool asks)
    {
        var text = $"INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP b;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INFO\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        var message = new SipMessage();
        message.TryParse(Encoding.ASCII.GetBytes(text), out var error).ShouldBeTrue(error.ToString());
        PictureInfo.Asks(message).ShouldBe(asks);
    }
}
