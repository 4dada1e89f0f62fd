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
        Xml(CstaWriter.MonitorStop("99")).Element(XName.Get("monitorCrossRefID", Ns))!.Value.ShouldBe("99");
    }

    static XElement Xml(byte[] body) => XDocument.Parse(Encoding.UTF8.GetString(body)).Root!;

    void Event(string name, string connection, string call, string more = "", string? local = null) => Apply(
        $"<{name} xmlns=\"{Ns}\"><monitorCrossRefID>99</monitorCrossRefID><{connection}><callID>{call}</callID><deviceID>tel:+15551000</deviceID></{connection}>{more}"
        + (local is null ? "" : $"<localConnectionInfo>{local}</localConnectionInfo>") + $"<cause>normal</cause></{name}>");

    bool Apply(string message) => _line.Apply(Read(message));

    static CstaMessage Read(string message) => CstaMessage.TryRead(Encoding.UTF8.GetBytes(message), Line, out var read, out var fault) ? read : throw new FormatException(fault);
}
