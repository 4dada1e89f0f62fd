using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>New calls while messages wait too long: they stand behind all else, in their order, and what finds no room is answered at once.</summary>
public sealed class NewCallQueueTests
{
    const long Ms = MonotonicTime.Millisecond;

    readonly VirtualWorld _world = new(29);
    readonly Phone _room;
    readonly RawPeer _peer;
    bool _holds = true;

    public NewCallQueueTests()
    {
        _room = new Phone(_world, "192.0.2.2", 2);
        _room.Transports.HoldsNewCalls = () => _holds;
        _room.OnCall = static call => call.Reject(486);
        _room.OnOther = static request => request.Respond(200);
        _peer = new RawPeer(_world, "192.0.2.9");
        Ask();
        _world.RunFor(10 * Ms); // he is known now
        _peer.Heard.Clear();
    }

    [Fact]
    public void Late_NewCallWaits_AndWhatIsNoNewCallDoesNot()
    {
        BeLate();

        Invite(_peer, 1);
        Ask();
        _world.RunFor(10 * Ms);
        var while_ = Statuses(_peer);
        _holds = false;
        _world.RunFor(100 * Ms);

        Assert.Equal("200", while_);
        Assert.Contains("486", Statuses(_peer), StringComparison.Ordinal);
    }

    [Fact]
    public void NoRoom_TheRestIsTurnedAway_AndTheirAcksAreHeardByNobody()
    {
        BeLate();

        for (var i = 0; i < SipOverload.MaxWaiting + 3; i++)
            Invite(_peer, i);
        _world.RunFor(10 * Ms);
        var turnedAway = _peer.Heard.Select(heard => heard.Message).ToList();
        foreach (var answer in turnedAway)
            _peer.Send(_peer.Request("ACK", _room.Address, toTag: ";tag=" + Encoding.ASCII.GetString(answer.ToTag)), _room.Address);
        _holds = false;
        _world.RunFor(100 * Ms);

        Assert.Equal(["call-1024", "call-1025", "call-1026"], turnedAway.Select(answer => answer.CallId));
        Assert.All(turnedAway, answer => Assert.Equal(503, answer.StatusCode));
        Assert.Equal((3, SipOverload.MaxWaiting), (_room.Transports.Overload.ShedCount, _peer.Heard.Count(heard => heard.Message.StatusCode == 486)));
    }

    [Fact]
    public void Full_AnotherSenderStillHasHisShare()
    {
        var other = new RawPeer(_world, "192.0.2.8");
        other.Send(other.Request("OPTIONS", _room.Address), _room.Address);
        _world.RunFor(10 * Ms);
        other.Heard.Clear();
        BeLate();

        Stand();
        for (var i = 0; i < 2 * SipOverload.MinWaiting; i++)
            Invite(_peer, i);
        _world.RunFor(10 * Ms);
        var first = _peer.Heard.Count(heard => heard.Message.StatusCode == 503);
        for (var i = 0; i < SipOverload.MinWaiting; i++)
            Invite(other, i);
        _world.RunFor(10 * Ms);

        Assert.Equal(SipOverload.MinWaiting, first);
        Assert.Equal(SipOverload.MinWaiting / 2, other.Heard.Count(heard => heard.Message.StatusCode == 503));
    }

    [Fact]
    public void Stranger_IsNotTurnedAwayButReadAsEver()
    {
        var stranger = new RawPeer(_world, "192.0.2.7");
        BeLate();

        Invite(stranger, 1);
        _world.RunFor(10 * Ms);

        Assert.Equal("486", Statuses(stranger)); // here the gate lets everybody in
    }

    [Fact]
    public void WaitOver_CallsAreServedAtOnceAgain()
    {
        BeLate();
        _world.RunFor(2 * SipOverload.LateForNs);

        Ask();
        Invite(_peer, 1);
        _world.RunFor(10 * Ms);

        Assert.Contains("486", Statuses(_peer), StringComparison.Ordinal);
    }

    void BeLate() => _room.Transports.Overload.Waited(SipOverload.LateNs + 1, _room.Loop.NowNs);

    /// <summary>The queue has not emptied for a while, and little is served.</summary>
    void Stand()
    {
        for (var i = 0; i < 20; i++)
        {
            _room.Transports.Overload.Shed();
            _room.Transports.Overload.Waited(SipOverload.LateNs + 1, _room.Loop.NowNs + (i * 250 * Ms));
        }
    }

    void Ask() => _peer.Send(_peer.Request("OPTIONS", _room.Address, branch: $"z9hG4bKo{_world.NowNs}", callId: $"ask-{_world.NowNs}"), _room.Address);

    void Invite(RawPeer from, int number) => from.Send(from.Request("INVITE", _room.Address, branch: $"z9hG4bKi{number}", callId: $"call-{number}"), _room.Address);

    static string Statuses(RawPeer peer) => string.Join(' ', peer.Heard.Select(heard => heard.Message.StatusCode).Distinct());
}
