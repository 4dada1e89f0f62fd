using System.Text.Json.Nodes;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Simulation.Kit;
using Meetpoint.Xmpp;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>Users of an XMPP server at one exchange, whose stanzas are made by hand, and customers of the other: each sees the other.</summary>
public sealed class XmppTransitTests : IDisposable
{
    const string Erin = "erin@jabber.albion.example";

    readonly SimulatedWorld _world = new(43, new WorldSetup { Systems = true, Users = 4, Rooms = 0, Amend = XmppMessageTests.AddServer });
    readonly MicrosoftSystem _far;
    readonly List<XmppStanza> _sent = [];
    readonly XmppBorder _border;

    public XmppTransitTests()
    {
        var node = _world.Albion.Node;
        _border = new XmppBorder(node.Admission, _world.Albion);
        _world.Albion.Run(() => node.Presence.Connect(_border, (stanza, _) => _sent.Add(stanza)));
        _ = new CiscoSystem(_world, _world.Albion);
        _ = new MicrosoftSystem(_world, _world.Albion);
        _far = new MicrosoftSystem(_world, _world.Liberty);
        _ = new CiscoSystem(_world, _world.Liberty);
        _world.Run(2);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Subscribe_ToAnotherExchangesCustomer_IsToldUnderTheAddressThatWasAskedFor()
    {
        const string user1 = @"user1\40liberty.example@albion.example";
        Take($"<presence xmlns='jabber:server' from='{Erin}' to='{user1}' type='subscribe'/>");
        _world.Until(() => _sent.Any(stanza => stanza.Type == "subscribed" && stanza.From.ToString() == user1), 2, Said);
        _far.Set("user1", 15500);
        _world.Until(() => Last(user1)?.Text("show") == "away", 2, Said);
        _far.Set("user1", 3500);
        _world.Until(() => Last(user1) is { Type: null } said && said.Text("show") is null, 2, Said);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Watch_FromAnotherExchange_AsksInANameThatIsProvenHere()
    {
        var seen = _far.Watch("user2@liberty.example", Erin);
        _world.Until(() => _sent.Any(stanza => stanza.Type == "subscribe" && stanza.To.ToString() == Erin), 2, Said);
        var asked = _sent.Last(stanza => stanza.Type == "subscribe").From.ToString();
        asked.ShouldEndWith(@"\40liberty.example@albion.example");
        Take($"<presence xmlns='jabber:server' from='{Erin}' to='{asked}' type='subscribed'/>");
        Take($"<presence xmlns='jabber:server' from='{Erin}/desk' to='{asked}'><show>dnd</show></presence>");
        _world.Until(() => seen.State.Activity == Activity.DoNotDisturb, 2, () => $"not to be disturbed, but: {seen.Text} {seen.Reason}");
        _world.AssertNoFaults();
    }

    string Said() => string.Join('\n', _sent);

    XmppStanza? Last(string from) => _sent.LastOrDefault(stanza => stanza.From.Bare.ToString() == from && stanza.Type is null or "unavailable");

    void Take(string xml)
    {
        Meetpoint.Xmpp.Xml.XmppElement.TryParse(System.Text.Encoding.UTF8.GetBytes(xml), out var element).ShouldBeTrue();
        XmppStanza.TryRead(element!, out var stanza).ShouldBeTrue();
        _world.Albion.Run(() => _world.Albion.Node.Presence.Xmpp!.Take(stanza!, _world.Albion.Node.Admission.World.FindNeighbour("jabber")!));
        _world.Run(1);
    }

}
