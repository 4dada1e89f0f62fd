using System.Text;
using System.Xml.Linq;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Calls as call control tells of them, and what the line is said to do.</summary>
public sealed class CstaTests
{
    const string Ns = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";
    const string Line = "tel:+15551000;phone-context=x";

    readonly CstaLine _line = new();

    [Fact]
    public void Apply_CallIn_RingsThenTalksThenEnds()
    {
        Event("DeliveredEvent", "connection", "7", "<alertingDevice><deviceIdentifier>tel:+15551000</deviceIdentifier></alertingDevice>");
        _line.Activity.ShouldBe(Activity.Ringing);
        Event("EstablishedEvent", "establishedConnection", "7", local: "connected");
        _line.Activity.ShouldBe(Activity.OnThePhone);
        Event("HeldEvent", "heldConnection", "7", local: "hold");
        _line.Activity.ShouldBe(Activity.OnThePhone);
        Event("ConnectionClearedEvent", "droppedConnection", "7", local: "null");
        _line.Activity.ShouldBe(Activity.Available);
    }

    [Fact]
    public void Apply_CallOut_IsOnThePhoneFromTheHandsetOn()
    {
        Event("ServiceInitiatedEvent", "initiatedConnection", "8", local: "initiated");
        _line.Activity.ShouldBe(Activity.OnThePhone);
        Event("OriginatedEvent", "originatedConnection", "8", local: "connected");
        Event("DeliveredEvent", "connection", "8", "<alertingDevice><deviceIdentifier>tel:+15552000</deviceIdentifier></alertingDevice>");
        _line.Activity.ShouldBe(Activity.OnThePhone);
        Event("CallClearedEvent", "clearedCall", "8");
        _line.Activity.ShouldBe(Activity.Available);
    }

    [Fact]
    public void Apply_SecondCallRingsWhileTalking_StaysOnThePhone()
    {
        Event("EstablishedEvent", "establishedConnection", "7");
        Event("DeliveredEvent", "connection", "9", local: "alerting");
        _line.Activity.ShouldBe(Activity.OnThePhone);
        Event("ConnectionClearedEvent", "droppedConnection", "7");
        _line.Activity.ShouldBe(Activity.Ringing);
        Event("DivertedEvent", "connection", "9");
        _line.Activity.ShouldBe(Activity.Available);
    }

    [Fact]
    public void Apply_OtherPartyOfAConferenceLeaves_StaysOnThePhone()
    {
        Event("EstablishedEvent", "establishedConnection", "7", local: "connected");
        Event("ConnectionClearedEvent", "droppedConnection", "7", local: "connected");
        _line.Activity.ShouldBe(Activity.OnThePhone);
    }

    [Theory]
    [InlineData("connected", Activity.OnThePhone)]
    [InlineData("null", Activity.Available)]
    public void Apply_Transfer_LeavesNoCallBehind(string local, Activity after)
    {
        Event("EstablishedEvent", "establishedConnection", "7", local: "connected");
        Event("EstablishedEvent", "establishedConnection", "9", local: "connected");
        Apply($"""
            <TransferedEvent xmlns="{Ns}"><monitorCrossRefID>99</monitorCrossRefID><primaryOldCall><callID>7</callID></primaryOldCall>
            <secondaryOldCall><callID>9</callID></secondaryOldCall>
            <transferredConnections><connectionListItem><newConnection><callID>11</callID></newConnection></connectionListItem></transferredConnections>
            <localConnectionInfo>{local}</localConnectionInfo></TransferedEvent>
            """);
        _line.Activity.ShouldBe(after);
        Event("ConnectionClearedEvent", "droppedConnection", "11", local: "null");
        _line.Activity.ShouldBe(Activity.Available);
    }

    [Fact]
    public void Apply_DoNotDisturb_IsSaidUnlessTalking()
    {
        Apply($"<DoNotDisturbEvent xmlns=\"{Ns}\"><monitorCrossRefID>99</monitorCrossRefID><doNotDisturbOn>true</doNotDisturbOn></DoNotDisturbEvent>").ShouldBeTrue();
        _line.Activity.ShouldBe(Activity.DoNotDisturb);
        Event("EstablishedEvent", "establishedConnection", "7");
        _line.Activity.ShouldBe(Activity.OnThePhone);
    }

    [Fact]
    public void Apply_MoreCallsThanALineHas_KeepsTheLimit()
    {
        for (var call = 0; call < 1000; call++)
            Event("DeliveredEvent", "connection", $"c{call}", local: "alerting");
        for (var call = 0; call < CstaLine.MaxCalls; call++)
            Event("ConnectionClearedEvent", "droppedConnection", $"c{call}");
        _line.Activity.ShouldBe(Activity.Available);
    }

    [Fact]
    public void TryRead_Snapshot_HasTheCallsThatStand()
    {
        var message = Read(Encoding.UTF8.GetString(PresenceVectors.Document("csta-snapshot.xml")));
        message.Calls.ShouldBe([("17", CstaConnection.OffHook), ("18", CstaConnection.Alerting)]);
        Read($"<SnapshotDeviceResponse xmlns=\"{Ns}\"><crossRefIDorSnapshotData><serviceCrossRefID>5</serviceCrossRefID></crossRefIDorSnapshotData></SnapshotDeviceResponse>")
            .Kind.ShouldBe(CstaKind.Other, "it promises the calls, and has none");
    }

    [Fact]
    public void TryRead_SnapshotOfMoreCallsThanALineHas_KeepsTheLimit() =>
        Read(Snapshot([.. Enumerable.Range(0, 200).Select(call => ($"c{call}", "connected"))])).Calls.Count.ShouldBe(CstaLine.MaxCalls);

    [Fact]
    public void TryRead_Delivered_RingsTheLine()
    {
        var message = Read(Encoding.UTF8.GetString(PresenceVectors.Document("csta-delivered.xml")));
        (message.Kind, message.MonitorId, message.CallId, message.Connection).ShouldBe((CstaKind.CallEvent, "99", "17", CstaConnection.Alerting));
    }

    [Fact]
    public void TryRead_Error_SaysWhichWithinTheLimit()
    {
        Read($"<CSTAErrorCode xmlns=\"{Ns}\"><operation>invalidDeviceID</operation></CSTAErrorCode>").Error.ShouldBe("operation invalidDeviceID");
        Read($"<CSTAErrorCode xmlns=\"{Ns}\"/>").Error.ShouldBe("unspecific");
        Read($"<CSTAErrorCode xmlns=\"{Ns}\"><operation>{new string('x', 4000)}</operation></CSTAErrorCode>").Error!.Length.ShouldBe(CstaMessage.MaxIdLength);
    }

    [Fact]
    public void Apply_Snapshot_EndsWhatWasMissedAndTakesWhatStands()
    {
        Event("EstablishedEvent", "establishedConnection", "7");
        _line.Ask();
        Apply(Snapshot([("8", "alerting")])).ShouldBeTrue();
        (_line.IsKnown, _line.Activity).ShouldBe((true, Activity.Ringing));
        Apply(Snapshot([])).ShouldBeTrue();
        _line.Activity.ShouldBe(Activity.Available);
    }

    [Fact]
    public void Apply_EventsWhileASnapshotIsUnderWay_HoldAgainstIt()
    {
        Event("EstablishedEvent", "establishedConnection", "7");
        _line.Ask();
        Event("ConnectionClearedEvent", "droppedConnection", "7", local: "null");
        Event("DeliveredEvent", "connection", "8", local: "alerting");
        Event("EstablishedEvent", "establishedConnection", "8", local: "connected");
        Apply(Snapshot([("7", "connected"), ("8", "alerting")]));
        _line.Activity.ShouldBe(Activity.OnThePhone, "8 was answered after it was written down");
        Event("ConnectionClearedEvent", "droppedConnection", "8", local: "null");
        _line.Activity.ShouldBe(Activity.Available, "7 had ended");
    }

    [Fact]
    public void Clear_OfALine_KnowsNothing()
    {
        Event("EstablishedEvent", "establishedConnection", "7");
        _line.Clear();
        (_line.IsKnown, _line.Activity).ShouldBe((false, Activity.Available));
    }

    [Fact]
    public void TryRead_MonitorStarted_GivesItsNumber()
    {
        var message = Read($"<MonitorStartResponse xmlns=\"{Ns}\"><monitorCrossRefID>99</monitorCrossRefID></MonitorStartResponse>");
        (message.Kind, message.MonitorId).ShouldBe((CstaKind.MonitorStarted, "99"));
    }

    [Fact]
    public void Writers_EveryMessage_HasItsElements()
    {
        Read(Encoding.UTF8.GetString(CstaWriter.RequestSystemStatus())).Kind.ShouldBe(CstaKind.RequestSystemStatus);
        Xml(CstaWriter.RequestSystemStatusResponse()).Value.ShouldBe("normal");
        Xml(CstaWriter.MonitorStart(Line)).Element(XName.Get("monitorObject", Ns))!.Element(XName.Get("deviceObject", Ns))!.Value.ShouldBe(Line);
        Xml(CstaWriter.SnapshotDevice(Line)).Element(XName.Get("snapshotObject", Ns))!.Value.ShouldBe(Line);
        Xml(CstaWriter.GetDoNotDisturb(Line)).Element(XName.Get("device", Ns))!.Value.ShouldBe(Line);
        Xml(CstaWriter.SystemStatusResponse()).Name.LocalName.ShouldBe("SystemStatusResponse");
        Xml(CstaWriter.MonitorStop("99")).Element(XName.Get("monitorCrossRefID", Ns))!.Value.ShouldBe("99");
    }

    static string Snapshot(IReadOnlyList<(string Call, string State)> calls) =>
        $"<SnapshotDeviceResponse xmlns=\"{Ns}\"><crossRefIDorSnapshotData><snapshotData>" + string.Concat(calls.Select(call =>
            $"<snapshotDeviceResponseInfo><connectionIdentifier><callID>{call.Call}</callID></connectionIdentifier><localCallState><compoundCallState><localConnectionState>{call.State}</localConnectionState></compoundCallState></localCallState></snapshotDeviceResponseInfo>"))
        + "</snapshotData></crossRefIDorSnapshotData></SnapshotDeviceResponse>";

    static XElement Xml(byte[] body) => XDocument.Parse(Encoding.UTF8.GetString(body)).Root!;

    void Event(string name, string connection, string call, string more = "", string? local = null) => Apply(
        $"<{name} xmlns=\"{Ns}\"><monitorCrossRefID>99</monitorCrossRefID><{connection}><callID>{call}</callID><deviceID>tel:+15551000</deviceID></{connection}>{more}"
        + (local is null ? "" : $"<localConnectionInfo>{local}</localConnectionInfo>") + $"<cause>normal</cause></{name}>");

    bool Apply(string message) => _line.Apply(Read(message));

    static CstaMessage Read(string message) => CstaMessage.TryRead(Encoding.UTF8.GetBytes(message), Line, out var read, out var fault) ? read : throw new FormatException(fault);
}
