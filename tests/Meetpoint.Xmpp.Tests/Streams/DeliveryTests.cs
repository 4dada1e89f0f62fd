using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Xmpp.Tests.Support;
using Meetpoint.Xmpp.Xml;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Streams;

/// <summary>What is sent arrives once and in order, or its sender is told why not.</summary>
public sealed class DeliveryTests
{
    readonly XmppWorld _world = new();

    [Fact]
    public void Send_DomainThatDoesNotExist_IsBouncedAsNotFound()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        server.Send(XmppWorld.Message("al@albion.example/x", "lib@nowhere.example", "lost"));
        _world.Until(() => host.Undelivered.Count == 1).ShouldBeTrue();
        var error = host.Undelivered[0];
        (error.From.ToString(), error.To.ToString(), error.Condition).ShouldBe(("lib@nowhere.example", "al@albion.example/x", XmppCondition.RemoteServerNotFound));
    }

    [Fact]
    public void Send_ServerThatIsDown_WaitsAndIsBouncedInTime()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        _world.World.Network.AddHost("10.0.0.2");
        _world.Locate("liberty.example", NetAddress.Parse("10.0.0.2:5269"));
        XmppFailure? failure = null;
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "1"), one => failure = one);
        _world.Run(50);
        failure.ShouldBeNull();
        _world.Until(() => failure is not null, 20).ShouldBeTrue(host.Happened);
        failure!.Value.Condition.ShouldBe(XmppCondition.RemoteServerTimeout);
        host.Undelivered.ShouldBeEmpty();
        server.QueuedCount.ShouldBe(0);
        host.Events.Count(one => one.Kind == XmppEventKind.ConnectFailed).ShouldBeInRange(4, 10, "each wait is longer than the one before");
    }

    [Fact]
    public void Send_ServerThatComesUp_GetsWhatWaitsInOrder()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        _world.Locate("liberty.example", NetAddress.Parse("10.0.0.2:5269"));
        for (var i = 0; i < 5; i++)
            server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", $"{i}"));
        _world.Run(10);
        var (_, other) = _world.Add("10.0.0.2", ["liberty.example"]);
        _world.Until(() => other.Stanzas.Count == 5, 40).ShouldBeTrue(host.Happened);
        other.Heard.ShouldBe("0|1|2|3|4");
        host.Undelivered.ShouldBeEmpty();
    }

    [Fact]
    public void Send_MoreThanMayWait_FailsWithResourceConstraint()
    {
        var (server, _) = _world.Add("10.0.0.1", ["albion.example"], options => options with { MaxQueuedStanzas = 3 });
        _world.Locate("liberty.example", NetAddress.Parse("10.0.0.2:5269"));
        var failed = new List<XmppCondition>();
        for (var i = 0; i < 5; i++)
            server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", $"{i}"), one => failed.Add(one.Condition));
        failed.ShouldBe([XmppCondition.ResourceConstraint, XmppCondition.ResourceConstraint]);
    }

    [Fact]
    public void Send_StreamThatBreaks_WhatItSwallowedIsSentAgain()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        var (_, other) = _world.Add("10.0.0.2", ["liberty.example"]);
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "0"));
        _world.Until(() => other.Stanzas.Count == 1).ShouldBeTrue(host.Happened);
        _world.Run(1);
        _world.World.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.2"));
        for (var i = 1; i < 4; i++)
            server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", $"{i}"));
        _world.Run(32);
        _world.World.Network.HealAll();
        _world.Until(() => other.Stanzas.Count == 4, 60).ShouldBeTrue(host.Happened);
        other.Heard.ShouldBe("0|1|2|3");
        host.Undelivered.ShouldBeEmpty();
    }

    [Fact]
    public void Send_TooLarge_FailsAndTheStreamStands()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        var (_, other) = _world.Add("10.0.0.2", ["liberty.example"]);
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", new string('x', 200_000)));
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "small"));
        _world.Until(() => other.Stanzas.Count == 1).ShouldBeTrue(host.Happened);
        other.Heard.ShouldBe("small");
        host.Undelivered.ShouldHaveSingleItem().Condition.ShouldBe(XmppCondition.NotAcceptable);
    }

    [Fact]
    public void Send_CertificateOfAStranger_IsBouncedAndNothingIsTold()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        var (_, other) = _world.Add("10.0.0.2", ["liberty.example"], options => options with { Tls = _world.Tls(_ => "stranger.example") });
        host.Admitted = (_, _) => XmppProof.Certificate;
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "secret"));
        _world.Until(() => host.Undelivered.Count == 1).ShouldBeTrue(host.Happened);
        host.Undelivered[0].Condition.ShouldBe(XmppCondition.RemoteServerTimeout);
        host.Happened.ShouldContain("CertificateRefused of a stranger");
        other.Stanzas.ShouldBeEmpty();
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "again"));
        host.Undelivered.Count.ShouldBe(2, "for a while it is known that it is refused");
    }

    [Fact]
    public void Send_CertificateOfAnotherDomain_ProvesNothing()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"], options => options with { Tls = _world.Tls(_ => "other.example") });
        var (_, other) = _world.Add("10.0.0.2", ["liberty.example"]);
        other.Admitted = (_, _) => XmppProof.Certificate;
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "not mine"));
        _world.Until(() => other.Events.Exists(one => one.Kind == XmppEventKind.CertificateRefused)).ShouldBeTrue(host.Happened + other.Happened);
        other.Stanzas.ShouldBeEmpty();
    }

    [Fact]
    public void Send_PairsOfTheSameServers_ShareAStreamWhereItIsAskedFor()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example", "desk.albion.example"], options => options with { IsMultiplexing = true, IsBidirectional = false });
        var (_, other) = _world.Add("10.0.0.2", ["liberty.example"]);
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "1"));
        _world.Until(() => other.Stanzas.Count == 1).ShouldBeTrue(host.Happened);
        server.Send(XmppWorld.Message("d@desk.albion.example", "lib@liberty.example", "2"));
        _world.Until(() => other.Stanzas.Count == 2).ShouldBeTrue(host.Happened + other.Happened);
        other.Peers[1].LocalDomain.ShouldBe("liberty.example");
        other.Peers[1].RemoteDomain.ShouldBe("desk.albion.example");
        host.Events.Where(one => one.Kind == XmppEventKind.Proven && one.IsOutgoing).Select(one => one.Detail).ShouldBe(["certificate", "dialback"]);
    }

    [Fact]
    public void Bidirectional_Streams_CarryTheWayBack()
    {
        var (a, hostA) = _world.Add("10.0.0.1", ["albion.example"]);
        var (b, hostB) = _world.Add("10.0.0.2", ["liberty.example"]);
        a.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "1"));
        _world.Until(() => hostB.Stanzas.Count == 1).ShouldBeTrue(hostA.Happened);
        b.Send(XmppWorld.Message("lib@liberty.example", "al@albion.example", "2"));
        _world.Until(() => hostA.Stanzas.Count == 1).ShouldBeTrue(hostB.Happened);
        (a.StreamCount, b.StreamCount).ShouldBe((1, 1));
        hostA.Peers[0].IsOutgoing.ShouldBeTrue();
    }

    [Fact]
    public void Dispose_OfTheServer_ClosesItsStreamsAndFailsWhatWaits()
    {
        var (server, host) = _world.Add("10.0.0.1", ["albion.example"]);
        var (b, hostB) = _world.Add("10.0.0.2", ["liberty.example"]);
        _world.Locate("down.example", NetAddress.Parse("10.0.0.7:5269"));
        server.Send(XmppWorld.Message("al@albion.example", "lib@liberty.example", "1"));
        _world.Until(() => hostB.Stanzas.Count == 1).ShouldBeTrue(host.Happened);
        server.Send(XmppWorld.Message("al@albion.example", "x@down.example", "2"));
        server.Dispose();
        host.Undelivered.ShouldHaveSingleItem();
        _world.Until(() => server.StreamCount == 0 && b.StreamCount == 0).ShouldBeTrue();
    }
}
