using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Api;
using Meetpoint.Exchange.Presence.Csta;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>A call control that tells of its lines by uaCSTA (ECMA TR/87), and a Microsoft-style system whose users see them.</summary>
public sealed class CstaMonitorTests : IDisposable
{
    const string User0 = "user0@albion.example";
    const string Line = "tel:+442079460001";

    static readonly WorldSetup _setup = new()
    {
        Systems = true, Users = 3, Rooms = 0, Amend = CstaGateway.Amend(("user0", "+442079460001")),
    };

    readonly SimulatedWorld _world = new(47, _setup);
    readonly CstaGateway _gateway;
    readonly MicrosoftSystem _microsoft;

    public CstaMonitorTests()
    {
        _gateway = new CstaGateway(_world);
        _ = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void OffHook_WatchedFromTheMicrosoftStyle_IsSeenAndPutIntoHerOwnPresentity()
    {
        var seen = Watch();
        _gateway.Asked.Take(4).ShouldBe(["INVITE RequestSystemStatus", "INFO MonitorStart", "INFO GetDoNotDisturb", "INFO SnapshotDevice"], "the order of ECMA TR/87");
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text} {seen.Reason}");
        _world.Until(() => _microsoft.PhoneStates("user0") == 1, 1, () => $"published into her own presentity, but: {_microsoft.PhoneStates("user0")}");
        _gateway.Hold(Line, "7");
        _world.Run(3);
        seen.State.Activity.ShouldBe(Activity.OnThePhone, "who holds a call is on the phone");
        _gateway.Retrieve(Line, "7");
        _gateway.Clear(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Available && _microsoft.PhoneStates("user0") == 0, 3, () => $"free again, but: {seen.Text}");
        _gateway.Answers.ShouldAllBe(answer => answer == "INFO 200");
        _world.AssertNoFaults();
    }

    [Fact]
    public void OffHook_NobodyWatches_IsPublishedForAsLongAsSheTalks()
    {
        _world.Run(3);
        _gateway.Ring(Line, "7");
        _gateway.Establish(Line, "7");
        _gateway.Establish(Line, "7"); // said twice, as by both halves of a back-to-back agent
        _world.Until(() => _microsoft.PhoneStates("user0") == 1, 1, () => "published without a watcher");
        _world.Run(900);
        _microsoft.PhoneStates("user0").ShouldBe(1, "it is refreshed");
        _gateway.Clear(Line, "7");
        _gateway.Clear(Line, "7");
        _world.Until(() => _microsoft.PhoneStates("user0") == 0, 3, () => "taken back when the call ends");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Ring_WhileTalking_IsOnThePhoneAndThenRings()
    {
        var seen = Watch();
        _gateway.Ring(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Ringing, 1, () => $"ringing, but: {seen.Text}");
        _gateway.Establish(Line, "7");
        _gateway.Ring(Line, "8");
        _world.Run(3);
        seen.State.Activity.ShouldBe(Activity.OnThePhone, seen.Text);
        _gateway.Clear(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Ringing, 3, () => $"the second call rings still, but: {seen.Text}");
        _gateway.Clear(Line, "8");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free again, but: {seen.Text}");
    }

    [Fact]
    public void Start_CallUpAlready_IsOnThePhoneAtOnce()
    {
        _gateway.Quietly(Line, "7", "connected");
        _world.Until(() => _microsoft.PhoneStates("user0") == 1, 3, () => $"published with the first thing that is known of her, but: {Standing()}");
        var seen = Watch(Activity.OnThePhone);
        _gateway.Clear(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free, but: {seen.Text}");
    }

    [Fact]
    public void Start_EventsBeforeTheSnapshot_SayNothingOfCallsThatItHas()
    {
        _gateway.Quietly(Line, "7", "connected");
        _gateway.HoldsSnapshots = true;
        _world.Run(3);
        Source().Standing.ShouldBe("active");
        _gateway.Ring(Line, "8");
        _gateway.Clear(Line, "8");
        _world.Run(3);
        Source().Devices.ShouldBeEmpty("a line of which one call has ended may have another");
        _gateway.Release();
        Explain().Picture.Devices.Single(device => device.Device == "+442079460001").State.Activity.ShouldBe(Activity.OnThePhone);
    }

    [Fact]
    public void Snapshot_OlderThanTheEndOfACall_DoesNotBringItBack()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _gateway.HoldsSnapshots = true;
        _world.Run(61);
        _gateway.Clear(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free, but: {seen.Text}");
        _gateway.Release();
        _world.Run(5);
        seen.State.Activity.ShouldBe(Activity.Available, seen.Text);
    }

    [Fact]
    public void SystemStatus_OfAGatewayThatLostMessages_HasTheCallsAskedFor()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Run(1);
        _gateway.Quietly(Line, "7", null);
        _gateway.Send(Line, "<SystemStatus xmlns=\"http://www.ecma-international.org/standards/ecma-323/csta/ed3\"><systemStatus>messagesLost</systemStatus></SystemStatus>");
        _gateway.Answers[^1].ShouldBe("INFO 200 SystemStatusResponse");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free, but: {seen.Text}");
    }

    [Fact]
    public void Events_EndOfACallNeverTold_IsMadeGoodByTheNextAudit()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
        _gateway.Quietly(Line, "7", null);
        _world.Until(() => seen.State.Activity == Activity.Available, (CstaSession.AuditNs / (double)MonotonicTime.Second) + 3, () => $"nothing is latched, but: {seen.Text}");
    }

    [Fact]
    public void Gateway_DiesWhileOnThePhone_IsUnknownAndRightAgainWhenItIsBack()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
        seen.Shown.Clear();
        _gateway.IsDead = true;
        _world.Until(() => seen.State.Activity == Activity.Unknown, 100, () => $"unknown once the gateway is found dead, but: {seen.Text}");
        _microsoft.PhoneStates("user0").ShouldBe(0, "a state that nobody vouches for is taken back");
        _world.Run(600);
        _gateway.Restart();
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 160, () => $"on the phone still, but: {seen.Text} {Standing()}");
        seen.Shown.ShouldAllBe(activity => activity == Activity.Unknown || activity == Activity.OnThePhone);
        _gateway.Clear(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free, but: {seen.Text}");
    }

    [Fact]
    public void Gateway_RestartsAndKnowsNoSession_IsAskedAnewByTheNextAudit()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Run(1);
        _gateway.Quietly(Line, "7", null);
        _gateway.Restart();
        _world.Until(() => seen.State.Activity == Activity.Available, 70, () => $"free, by a new session, but: {seen.Text} {Standing()}");
        (_gateway.Sessions, _gateway.Asked.Count(asked => asked.StartsWith("INVITE", StringComparison.Ordinal))).ShouldBe((1, 2));
    }

    [Fact]
    public void Gateway_EndsTheSession_IsUnknownAndAskedAgain()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
        seen.Shown.Clear();
        _gateway.Send(Line, "", contentType: null!, method: "BYE");
        _gateway.Restart();
        _world.Until(() => seen.State.Activity == Activity.OnThePhone && _gateway.Sessions == 1, 10, () => $"on the phone by a new session, but: {seen.Text} {Standing()}");
        seen.Shown.ShouldBe([Activity.Unknown, Activity.OnThePhone]);
    }

    [Fact]
    public void Exchange_KilledWhileOnThePhone_NobodyIsShownMoreAvailable()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
        seen.Shown.Clear();
        _world.Albion.Kill();
        _world.Run(10);
        _gateway.IsDead = true; // what it will say is not known when the exchange is back
        _world.Albion.Restart();
        _world.Run(20);
        seen.Shown.ShouldAllBe(activity => activity == Activity.Unknown || activity == Activity.OnThePhone);
        _gateway.IsDead = false;
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 60, () => $"on the phone, but: {seen.Text} {Standing()}");
        seen.Shown.ShouldAllBe(activity => activity == Activity.Unknown || activity == Activity.OnThePhone);
        _gateway.Clear(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free, but: {seen.Text}");
        _gateway.Answers.ShouldContain("INFO 481", "the session of before the crash is nobody's");
    }

    [Fact]
    public void Stop_OfTheExchange_EndsTheSession()
    {
        _world.Run(3);
        _gateway.Sessions.ShouldBe(1);
        _world.Albion.Run(_world.Albion.Node.Presence.Stop);
        _world.Run(1);
        _gateway.Sessions.ShouldBe(0);
        _gateway.Asked[^1].ShouldBe("BYE");
    }

    [Fact]
    public void World_NoLongerNamesTheCallControl_StopsTheMonitorAndWithdrawsTheState()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
        Apply(_setup with { Amend = null });
        _world.Until(() => _gateway.Sessions == 0, 2, () => $"no session, but: {string.Join(", ", _gateway.Asked)}");
        _gateway.Asked.TakeLast(2).ShouldBe(["INFO MonitorStop", "BYE"]);
        _world.Until(() => seen.State.Activity == Activity.Available, 2, () => $"what it said is withdrawn, but: {seen.Text}");
        Apply(_setup);
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 2, () => $"on the phone again, but: {seen.Text} {Standing()}");
    }

    [Fact]
    public void World_GivesHerAnotherLine_MonitorsThatOne()
    {
        var seen = Watch();
        _gateway.Quietly("sip:2001@cc.albion.example", "9", "connected");
        Apply(_setup with { Amend = CstaGateway.Amend(("user0", "2001@cc.albion.example")) });
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 2, () => $"on the phone by the other line, but: {seen.Text} {Standing()}");
        Source().Devices.ShouldBe(["2001"]);
    }

    [Fact]
    public void Malformed_EventOrAnotherType_IsRefusedAndTheCallsAreAskedFor()
    {
        var seen = Watch();
        _gateway.Originate(Line, "7");
        _world.Run(1);
        _gateway.Quietly(Line, "7", null);
        _gateway.Send(Line, "<ConnectionClearedEvent xmlns=\"http://www.ecma-international.org/standards/ecma-323/csta/ed3\"><droppedConn");
        _gateway.Answers[^1].ShouldBe("INFO 400");
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"what could not be read is asked for, but: {seen.Text}");
        _gateway.Send(Line, "<KeyboardActivity/>", "application/xml");
        _gateway.Answers[^1].ShouldBe("INFO 415");
        _gateway.Send(Line, "<MonitorStartResponse xmlns=\"urn:other\"/>");
        _gateway.Answers[^1].ShouldBe("INFO 400");
        _world.Albion.Faults.Count(fault => fault.StartsWith("malformed", StringComparison.Ordinal)).ShouldBe(3, string.Join('\n', _world.Albion.Faults));
        _gateway.Ring(Line, "8");
        _world.Until(() => seen.State.Activity == Activity.Ringing, 1, () => $"the session goes on, but: {seen.Text}");
    }

    [Fact]
    public void Stranger_InviteAndInfoOfCallControl_AreRefused()
    {
        _world.Run(3);
        _gateway.SendOutside("INFO", "sip:meet@albion.example", "sip:user1@albion.example");
        _gateway.Answers[^1].ShouldBe("INFO 481");
        _gateway.SendOutside("INVITE", "sip:presence@albion.example", "sip:nobody@nowhere.example");
        _gateway.Answers[^1].ShouldBe("INVITE 403");
        _world.Albion.Refusals[^1].ShouldBe(RefusalReason.OriginNotAllowed);
        _gateway.SendOutside("INVITE", "sip:meet@albion.example", "sip:user1@albion.example");
        _gateway.Answers[^1].ShouldBe("INVITE 415");
        _world.Albion.Faults.ShouldHaveSingleItem().ShouldContain("no session description");
    }

    [Fact]
    public void Refused_Monitor_IsAskedForAgainEverLater()
    {
        _gateway.Refuses = "MonitorStart";
        _world.Run(20);
        Source().Standing.ShouldBe("488 refused: operation invalidDeviceID");
        var asked = _gateway.Asked.Count(one => one == "INFO MonitorStart");
        asked.ShouldBeInRange(3, 5);
        _gateway.Sessions.ShouldBe(0);
        _world.Run(600);
        _gateway.Asked.Count(one => one == "INFO MonitorStart").ShouldBeInRange(asked + 4, asked + 9);
        _gateway.Refuses = null;
        _world.Until(() => Source().Standing == "active", 121, () => Standing());
    }

    [Fact]
    public void Refused_Snapshot_IsNotKnownUntilTheFirstEvent()
    {
        _gateway.Refuses = "SnapshotDevice";
        _world.Run(3);
        (Source().Standing, Source().Devices.Count).ShouldBe(("active", 0));
        _gateway.Ring(Line, "7");
        _world.Run(1);
        Source().Devices.ShouldBe(["+442079460001"]);
        _world.Run(200);
        _gateway.Asked.Count(one => one == "INFO SnapshotDevice").ShouldBe(1, "it cannot, and is not asked again");
        _gateway.Asked.Count(one => one == "INFO RequestSystemStatus").ShouldBeInRange(2, 4, "it is asked whether it lives");
    }

    [Fact]
    public void Answers_ThatComeByInfo_AreTaken()
    {
        _gateway.AnswersByInfo = true;
        var seen = Watch();
        Source().Standing.ShouldBe("active");
        _gateway.Originate(Line, "7");
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
    }

    [Fact]
    public void DoNotDisturb_SetOrFoundSet_IsSaid()
    {
        var seen = Watch();
        _gateway.Disturb(Line, true);
        _world.Until(() => seen.State.Activity == Activity.DoNotDisturb, 1, () => $"not to be disturbed, but: {seen.Text}");
        _gateway.Restart();
        seen.Shown.Clear();
        _world.Run(70);
        seen.State.Activity.ShouldBe(Activity.DoNotDisturb, "the new session finds it set");
        seen.Shown.ShouldNotContain(Activity.Available);
        _gateway.Disturb(Line, false);
        _world.Until(() => seen.State.Activity == Activity.Available, 2, () => $"free, but: {seen.Text}");
    }

    [Theory]
    [InlineData("90;refresher=uac")]
    [InlineData("90;refresher=uas")]
    public void SessionTimer_RefreshedByEitherSide_SessionStands(string interval)
    {
        _gateway.SessionExpires = interval;
        _world.Run(3);
        for (var i = 0; i < 20; i++)
        {
            if (interval.EndsWith("uas", StringComparison.Ordinal))
                _gateway.Send(Line, "<RequestSystemStatus xmlns=\"http://www.ecma-international.org/standards/ecma-323/csta/ed3\"/>", method: "INVITE");
            _world.Run(29);
        }

        _gateway.Sessions.ShouldBe(1);
        if (interval.EndsWith("uas", StringComparison.Ordinal))
        {
            _gateway.Asked.Count(asked => asked.StartsWith("INVITE", StringComparison.Ordinal)).ShouldBe(1, "it is the first session still");
            _gateway.Answers.ShouldContain("INVITE 200 RequestSystemStatusResponse");
        }
        else
        {
            _gateway.Asked.Count(asked => asked == "INVITE RequestSystemStatus").ShouldBeGreaterThan(10, "refreshed at half the interval by what opened it");
        }

        _gateway.Asked.ShouldNotContain("BYE");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Explanation_OfAMonitoredLine_NamesItCsta()
    {
        Watch();
        var explained = Explain();
        explained.Picture.Sources.ShouldContain(source => source.Kind == PresenceSourceKind.Csta && source.Neighbour == CstaGateway.Neighbour && source.Standing == "active" && source.Address == "+442079460001");
        explained.Picture.Devices.ShouldContain(device => device.Origin == "albion.example/call-control/csta" && device.Kind == SourceKind.Phone);
        explained.Decisions.ShouldContain(decision => decision.Text == "call-control, which is asked for it: csta: active");
    }

    WatchedUser Watch(Activity first = Activity.Available)
    {
        var seen = _microsoft.Watch("user1@albion.example", User0);
        _world.Until(() => seen.State.Activity == first && Source() is { Standing: "active", Devices.Count: > 0 }, 3, () => $"{first}, but: {seen.Text} {seen.Reason} {Standing()}");
        return seen;
    }

    PresenceExplanationView Explain()
    {
        PresenceExplanationView? view = null;
        _world.Albion.Run(() =>
        {
            var presence = _world.Albion.Node.Presence;
            view = new PresenceExplanation(presence).Of(presence.Context.Directory.Find(User0)!, null);
        });
        return view!;
    }

    PresenceSourceView Source() => Explain().Picture.Sources.Single(source => source.Kind == PresenceSourceKind.Csta);

    string Standing() => string.Join("; ", Explain().Picture.Sources.Select(source => $"{source.Kind} {source.Neighbour} {source.Standing}")) + " asked: " + string.Join(", ", _gateway.Asked.TakeLast(8));

    void Apply(WorldSetup setup)
    {
        var document = SimulatedDocuments.Of(_world.Albion.Party, _world.Parties, setup);
        _world.Albion.Run(() => _ = _world.Albion.Node.Worlds.ApplyAsync(document, dryRun: false));
    }
}
