using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Sip.Tests.Bfcp;

/// <summary>Lines of floor control in session descriptions (RFC 8856).</summary>
public sealed class BfcpLineTests
{
    [Fact]
    public void OfARoom_IsRead()
    {
        var line = Read("m=application 5070 UDP/BFCP *\r\na=floorctrl:c-only s-only\r\na=confid:4321\r\na=userid:1234\r\na=floorid:1 mstrm:10\r\na=bfcpver:1\r\n")!;
        line.ShouldBe(new BfcpLine
        {
            Protocol = BfcpLine.Udp, Roles = BfcpRoles.Client | BfcpRoles.Server, Conference = 4321, User = 1234, Floor = (1, "10"), Versions = BfcpVersions.One,
        });
    }

    [Theory]
    [InlineData("c-only", BfcpRoles.Client)]
    [InlineData("s-only", BfcpRoles.Server)]
    [InlineData("c-s", BfcpRoles.Client | BfcpRoles.Server)]
    [InlineData("nonsense", BfcpRoles.Client)]
    public void Roles_AreRead(string words, BfcpRoles roles) =>
        Read($"m=application 9 TCP/BFCP *\r\na=floorctrl:{words}\r\na=setup:active\r\na=connection:new\r\n")!.Roles.ShouldBe(roles);

    [Fact]
    public void WithoutWords_ItIsAClient() => Read("m=application 5070 UDP/BFCP *\r\n")!.Roles.ShouldBe(BfcpRoles.Client);

    [Theory]
    [InlineData("m=application 5070 TCP/DTLS/BFCP *\r\n")]
    [InlineData("m=application 5070 RTP/AVP 100\r\n")]
    [InlineData("m=video 5070 UDP/BFCP *\r\n")]
    public void OfAnotherTransport_IsNotTaken(string line) => Read(line).ShouldBeNull();

    [Theory]
    [InlineData("UDP/TLS/BFCP", false)]
    [InlineData("TCP/TLS/BFCP", true)]
    public void UnderTls_IsReadWithWhoseCertificate(string protocol, bool isStream)
    {
        var line = Read($"m=application 50000 {protocol} *\r\na=setup:actpass\r\na=fingerprint:sha-256 19:E2\r\na=floorctrl:c-only s-only\r\na=bfcpver:1 2\r\n")!;
        (line.IsSecure, line.IsStream, line.Fingerprint, line.Setup, line.HasVersion).ShouldBe((true, isStream, "sha-256 19:E2", "actpass", true));
        var ours = new BfcpLine { Protocol = protocol, Roles = BfcpRoles.Server, Setup = "passive", Fingerprint = "sha-256 AA" }.ToMedia(7);
        (ours.Attributes.First("bfcpver"), ours.Attributes.First("connection")).ShouldBe(isStream ? ("1", "new") : ("2", null), "connections are of streams");
    }

    [Theory]
    [InlineData("UDP/BFCP", "1", BfcpVersions.One)] // as drafts had it, which equipment still follows
    [InlineData("UDP/BFCP", "1 2", BfcpVersions.Two)]
    [InlineData("UDP/BFCP", "7", BfcpVersions.None)]
    [InlineData("TCP/BFCP", "1 2", BfcpVersions.One)]
    [InlineData("TCP/BFCP", "2", BfcpVersions.None)]
    public void Versions_OfALine_SayWhichIsSpoken(string protocol, string versions, BfcpVersions spoken) =>
        Read($"m=application 5070 {protocol} *\r\na=bfcpver:{versions}\r\n")!.SpokenVersion.ShouldBe(spoken);

    [Fact]
    public void Ours_IsWritten()
    {
        var line = new BfcpLine { Protocol = BfcpLine.Tcp, Roles = BfcpRoles.Server, Conference = 77, User = 5, Floor = (1, "3"), Setup = "passive" }.ToMedia(20_010);
        var sdp = new SdpDescription { Origin = new SdpOrigin("-", "1", 1, new SdpConnection(false, "192.0.2.1")), Media = { line } };
        sdp.ToString().ShouldEndWith(
            "m=application 20010 TCP/BFCP *\r\na=floorctrl:s-only\r\na=confid:77\r\na=userid:5\r\na=floorid:1 mstrm:3\r\na=bfcpver:1\r\na=setup:passive\r\na=connection:new\r\n");
        BfcpLine.Read(line)!.Conference.ShouldBe(77u);
    }

    static BfcpLine? Read(string media) =>
        BfcpLine.Read(SdpDescription.Parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media).Media[0]);
}
