using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Xmpp.Tests.Support;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Streams;

public sealed class TwoServersTests
{
    readonly XmppWorld _world = new();

    [Theory]
    [InlineData(XmppProof.Certificate, "certificate")]
    [InlineData(XmppProof.Dialback, "dialback")]
    public void Send_BothWays_ArriveInOrderByTheProofThatIsAdmitted(XmppProof proof, string told)
    {
        var (a, hostA) = _world.Add("10.0.0.1", ["albion.example"]);
        var (b, hostB) = _world.Add("10.0.0.2", ["liberty.example"]);
        hostA.Admitted = hostB.Admitted = (_, _) => proof;

        for (var i = 1; i <= 3; i++)
            a.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", $"a{i}"));
        _world.Until(() => hostB.Stanzas.Count == 3).ShouldBeTrue(hostA.Happened + " // " + hostB.Happened);
        b.Send(XmppWorld.Message("lib@liberty.example", "al@albion.example", "b1"));
        _world.Until(() => hostA.Stanzas.Count == 1).ShouldBeTrue(hostA.Happened + " // " + hostB.Happened);

        hostB.Heard.ShouldBe("a1|a2|a3");
        hostB.Peers[0].Proof.ShouldBe(proof);
        hostB.Peers[0].IsSecure.ShouldBeTrue();
        hostB.Happened.ShouldContain("Proven " + told);
    }

    [Fact]
    public void Send_WithoutTls_GoesByDialback()
    {
        var (a, hostA) = _world.Add("10.0.0.1", ["albion.example"], options => options with { Tls = null });
        var (_, hostB) = _world.Add("10.0.0.2", ["liberty.example"], options => options with { Tls = null });
        a.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "plain"));
        _world.Until(() => hostB.Stanzas.Count == 1).ShouldBeTrue(hostA.Happened + " // " + hostB.Happened);
        hostB.Peers[0].IsSecure.ShouldBeFalse();
        hostB.Peers[0].Proof.ShouldBe(XmppProof.Dialback);
    }

    [Fact]
    public void Send_PeerOfDirectTls_IsReached()
    {
        var (a, hostA) = _world.Add("10.0.0.1", ["albion.example"]);
        var (_, hostB) = _world.Add("10.0.0.2", ["liberty.example"], isDirectTls: true);
        hostA.Admitted = (_, _) => XmppProof.Any;
        a.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "direct"));
        _world.Until(() => hostB.Stanzas.Count == 1).ShouldBeTrue(hostA.Happened + " // " + hostB.Happened);
        hostB.Peers[0].IsSecure.ShouldBeTrue();
    }
}
