using Meetpoint.Exchange.Interconnect;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Rooms without a contact of their own: they register, and are dialled where they are registered.</summary>
public sealed class RegistrarTests : IDisposable
{
    const string Instance = "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"";

    readonly SimulatedWorld _world = new(31, new WorldSetup { Parties = 1, Registering = 2 });
    readonly SimulatedPhone _room;

    public RegistrarTests() => _room = _world.Registering(_world.Albion, 0, 500);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Register_WithThePassword_IsDialledForItsMeeting()
    {
        // Behind a NAT: what the contact says is no address of this world.
        Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe("<sip:own0@172.16.0.9:5099>;expires=3600");
        var id = Meet();

        _world.Until(() => _room.IsIn, 10, "the room is in");
        _room.Way.ShouldBe("udp 10.101.0.6:5060");
        var alice = _world.Phone(_world.Albion, 0, 440);
        _world.Join(id, alice);
        _world.Run(5);
        alice.Hears(500).ShouldBeTrue("alice hears the room");
        _room.Hears(440).ShouldBeTrue("the room hears alice");
        _world.Albion.Run(() => _world.Albion.Live(id)!.Close("over"));
        _world.Until(() => _room.Ended is not null, 5, "the BYE comes over the flow too");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Dial_RoomThatRegistersAfterTheStart_IsTriedAgain()
    {
        Meet();
        _world.Run(5);
        _room.Dialled.ShouldBe(0);
        Register("<sip:own0@172.16.0.9>");
        _world.Until(() => _room.IsIn, 25, "the room is in");
    }

    [Fact]
    public void Dial_RegisteredOverAConnection_GoesOverThatOne()
    {
        Register("<sip:own0@172.16.0.9;transport=tcp>", SipTransport.Tcp);
        _world.Run(1_500); // longer than an idle connection is kept otherwise
        Meet();
        _world.Until(() => _room.IsIn, 10, "the room is in");
        _room.Way.ShouldStartWith("tcp ");
        _room.DialledBy!.IsOpenedHere.ShouldBeTrue("over the connection that the room opened");
    }

    [Fact]
    public void Dial_ConnectionClosed_GoesToTheContactWhereItIsOnThatHost()
    {
        Register("<sip:own0@10.101.0.6:5060;transport=tcp>", SipTransport.Tcp);
        _room.CloseConnection();
        Meet();
        _world.Until(() => _room.IsIn, 10, "the room is in");
        _room.DialledBy!.IsOpenedHere.ShouldBeFalse("the exchange opened a connection to where the room listens");
    }

    [Fact]
    public void Dial_ConnectionClosedAndContactElsewhere_GoesNowhere()
    {
        Register("<sip:own0@10.101.0.1:5060;transport=tcp>", SipTransport.Tcp);
        var other = _world.Phone(_world.Albion, 0);
        _room.CloseConnection();
        Meet();
        _world.Run(30);
        (_room.Dialled, other.Dialled).ShouldBe((0, 0), "somebody else's host is never called");
    }

    [Fact]
    public void Dial_OneOfTwoFlowsLost_GoesOverTheOther()
    {
        Register($"<sip:own0@172.16.0.9>;{Instance};reg-id=1", SipTransport.Tcp, 1, ("Supported", "path, outbound"));
        _room.Answer!.Response!.Text("Flow-Timer").ShouldBe("120");
        _room.Answer!.Response!.Text("Require").ShouldBe("outbound");
        Register($"<sip:own0@172.16.0.9>;{Instance};reg-id=2", SipTransport.Udp, 2, ("Supported", "path, outbound"));
        var both = Targets();
        both.ShouldHaveSingleItem().ShouldHaveSingleItem().Flow!.Transport.ShouldBe(SipTransport.Tcp, "one target for one instance, by its lowest reg-id");
        both[0][0].Alternates.ShouldHaveSingleItem().Flow!.Transport.ShouldBe(SipTransport.Udp);

        _room.CloseConnection();
        Meet();
        _world.Until(() => _room.IsIn, 10, "the room is in");
        _room.Way.ShouldBe("udp 10.101.0.6:5060");
    }

    [Fact]
    public void Targets_FlowThatFailed_ComesAfterTheOther()
    {
        Register($"<sip:own0@172.16.0.9>;{Instance};reg-id=1", SipTransport.Tcp, 1, ("Supported", "outbound"));
        Register($"<sip:own0@172.16.0.9>;{Instance};reg-id=2", SipTransport.Udp, 2, ("Supported", "outbound"));
        _world.Albion.Run(() => _world.Albion.Node.Registrations.FlowFailed(Targets()[0][0].Id));
        Targets()[0][0].Flow!.Transport.ShouldBe(SipTransport.Udp);
        Register($"<sip:own0@172.16.0.9>;{Instance};reg-id=1", SipTransport.Tcp, 1, ("Supported", "outbound"));
        Targets()[0][0].Flow!.Transport.ShouldBe(SipTransport.Tcp, "refreshed, it lives again");
    }

    [Fact]
    public void Targets_SeveralContacts_AreByPreferenceAndEndWhenTheyExpire()
    {
        Register("<sip:desk@172.16.0.9>;q=0.5;expires=300, <sip:wall@172.16.0.9>;q=0.5;expires=200, <sip:cell@172.16.0.9>;q=0.9;expires=100");
        Text(Targets()).ShouldBe("sip:cell@172.16.0.9 | sip:desk@172.16.0.9, sip:wall@172.16.0.9");
        _world.Run(100);
        Text(Targets()).ShouldBe("sip:desk@172.16.0.9, sip:wall@172.16.0.9");
        _world.Run(100);
        Text(Targets()).ShouldBe("sip:desk@172.16.0.9");
        _world.Albion.Node.Registrations.Count.ShouldBe(1);
        Register("*", SipTransport.Udp, 1, ("Expires", "0")).ShouldBe("");
        Targets().ShouldBeEmpty();
        Stored().ShouldBe(0);
    }

    [Fact]
    public void Targets_WithAPath_HaveItAsTheirRoute()
    {
        Register("<sip:own0@172.16.0.9>", SipTransport.Udp, 1, ("Supported", "path"), ("Path", "<sip:edge@10.101.0.6:5070;lr>"));
        var target = Targets()[0][0];
        (target.RequestUri, string.Join('|', target.Routes)).ShouldBe(("sip:own0@172.16.0.9", "<sip:edge@10.101.0.6:5070;lr>"));
        target.Flow!.Remote.ToString().ShouldBe("10.101.0.6:5070", "the proxy listens where its path says, on the host that we see");
        _room.Answer!.Response!.Text("Path").ShouldBe("<sip:edge@10.101.0.6:5070;lr>");
    }

    [Fact]
    public void Restart_AfterAKill_FindsWhatWasPromised()
    {
        Register("<sip:own0@172.16.0.9:5099>;expires=600");
        _world.Albion.Kill();
        _world.Albion.Restart();
        _world.Run(1);
        Text(Targets()).ShouldBe("sip:own0@172.16.0.9:5099");
        Meet();
        _world.Until(() => _room.IsIn, 10, "the room is in");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Register_WrongPasswordAndNobodysName_AreAnsweredAlike()
    {
        _room.Secret = "guess";
        _room.Register("<sip:own0@172.16.0.9>").ShouldBe(401);
        var wrong = Form(_room.Answer!.Response!);
        var nobody = _world.Registering(_world.Albion, 7);
        nobody.Register("<sip:own7@172.16.0.9>").ShouldBe(401);

        Form(nobody.Answer!.Response!).ShouldBe(wrong);
        _world.Albion.Refusals.ShouldBe([RefusalReason.WrongCredentials, RefusalReason.WrongCredentials]);
        Stored().ShouldBe(0);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Register_SomebodyElsesAddress_Is403()
    {
        _room.Register("<sip:own0@172.16.0.9>", of: "own1@albion.example").ShouldBe(403);
        _world.Albion.Refusals.ShouldBe([RefusalReason.OriginNotAllowed]);
        Stored().ShouldBe(0);
    }

    [Fact]
    public void Register_OptionThatIsNotKnown_Is420AndPathAndOutboundAreNot()
    {
        _room.Register("<sip:own0@172.16.0.9>", headers: ("Require", "gruu")).ShouldBe(420);
        _room.Register("<sip:own0@172.16.0.9>", headers: ("Require", "path, outbound")).ShouldBe(200);
    }

    [Fact]
    public void Apply_WorldWithoutTheRoom_ForgetsIt()
    {
        Register("<sip:own0@172.16.0.9>");
        var document = SimulatedDocuments.Of(_world.Albion.Party, _world.Parties, new WorldSetup { Parties = 1 });
        _world.Albion.Run(() => _ = _world.Albion.Node.Worlds.ApplyAsync(document, dryRun: false));
        _world.Run(1);
        Targets().ShouldBeEmpty();
        Stored().ShouldBe(0);
    }

    string Register(string contact, SipTransport transport = SipTransport.Udp, int run = 1, params (string, string)[] headers)
    {
        _room.Register(contact, transport, run, null, headers).ShouldBe(200);
        return _room.Contacts;
    }

    string Meet()
    {
        var id = _world.Book(Requests.Meeting(_world) with { Rooms = ["own0@albion.example"] });
        _world.RunToStart(id);
        return id;
    }

    IReadOnlyList<IReadOnlyList<Exchange.Calls.Registrations.RegisteredTarget>> Targets()
    {
        IReadOnlyList<IReadOnlyList<Exchange.Calls.Registrations.RegisteredTarget>> targets = [];
        _world.Albion.Run(() => targets = _world.Albion.Node.Registrations.Targets("own0@albion.example"));
        return targets;
    }

    int Stored() => _world.Albion.Store.Read(reader => reader.Single<int>("SELECT count(*) FROM registrations"));

    static string Text(IReadOnlyList<IReadOnlyList<Exchange.Calls.Registrations.RegisteredTarget>> groups) =>
        string.Join(" | ", groups.Select(group => string.Join(", ", group.Select(target => target.RequestUri).Order(StringComparer.Ordinal))));

    /// <summary>An answer without what differs from request to request.</summary>
    static string Form(SipMessage answer) => string.Join('\n', answer.ToString().Split("\r\n").Select(line =>
        line.Split(':')[0] is var name && name is "WWW-Authenticate" ? System.Text.RegularExpressions.Regex.Replace(line, "nonce=\"[^\"]*\"", "nonce") : name));
}
