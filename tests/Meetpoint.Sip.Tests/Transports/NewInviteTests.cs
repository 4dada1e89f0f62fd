using System.Text;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>A new call, told by a glance.</summary>
public sealed class NewInviteTests
{
    [Theory]
    [InlineData("INVITE sip:a@b SIP/2.0\r\nVia: x\r\nTo: <sip:a@b>\r\nFrom: <sip:c@d>;tag=1\r\n\r\n", true)]
    [InlineData("INVITE sip:a@b SIP/2.0\r\nt : <sip:a@b>\r\nf: <sip:c@d>;tag=1\r\n\r\n", true)]
    [InlineData("INVITE sip:a@b SIP/2.0\r\nFrom: <sip:c@d>;tag=1\r\n\r\nTo: x;tag=2", true)]
    [InlineData("INVITE sip:a@b SIP/2.0\r\nTo: <sip:a@b>;tag=9\r\n\r\n", false)]
    [InlineData("INVITE sip:a@b SIP/2.0\r\nT: <sip:a@b>;tag=9\r\n\r\n", false)]
    [InlineData("BYE sip:a@b SIP/2.0\r\nTo: <sip:a@b>\r\n\r\n", false)]
    [InlineData("INVITE ", false)]
    [InlineData("SIP/2.0 200 OK\r\n\r\n", false)]
    public void Datagram_IsANewInvite_OnlyWithoutATagInTo(string datagram, bool isNew)
    {
        Assert.Equal(isNew, NewInvite.TryUri(Encoding.ASCII.GetBytes(datagram), out var uri));
        if (isNew)
            Assert.Equal("sip:a@b", Encoding.ASCII.GetString(uri));
    }
}
