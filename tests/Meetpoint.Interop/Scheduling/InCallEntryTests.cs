using System.Net;
using System.Net.Sockets;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Scheduling;

/// <summary>
/// A gateway that presses keys only in calls that are answered (earlyMedia: false in its profile): code, PIN and lobby after the answer, refusals as
/// a BYE with a Reason.
/// </summary>
[Collection(SchedulingCollection.Name)]
public sealed class InCallEntryTests(SchedulingWorld world)
{
    static TimeSpan Soon => SchedulingWorld.Soon;

    [Fact]
    public async Task Gateway_WithCodeAndPin_IsAnsweredFirstAndComesInByKeysInTheCall()
    {
        var alice = await world.PhoneAsync(world.World.Alice);
        var gateway = await world.PhoneAsync(world.Gateway);
        await using var meeting = await world.ScheduleAsync("By number", "--pin", "2468");
        var aliceDials = alice.DialAsync(meeting.AlbionUri, Soon);
        await meeting.AwaitAsync(world.World.Alice.Address, "EnteringPin");
        await alice.SendDigitsAsync("2468");
        await aliceDials;

        await gateway.DialAsync($"sip:{world.Albion.Party.EntryNumber}@albion.example", Soon);
        await gateway.SendDigitsAsync(meeting.AlbionCode + "#");
        await meeting.AwaitAsync(world.Gateway.User, "EnteringPin");
        await gateway.SendDigitsAsync("2468#");
        await meeting.AwaitAsync(world.Gateway.User, "In");
        await gateway.HearsAsync(world.World.Alice.ToneHz, Soon);
        await alice.HearsAsync(world.Gateway.ToneHz, Soon);
        await gateway.HangUpAsync();
        await alice.HangUpAsync();
    }

    [Fact]
    public async Task Gateway_WithTheWrongPinThreeTimes_IsHungUpOn()
    {
        var gateway = await world.PhoneAsync(world.Gateway);
        await using var meeting = await world.ScheduleAsync("Wrong by number", "--pin", "2468");

        await gateway.DialAsync(meeting.AlbionUri, Soon);
        await meeting.AwaitAsync(world.Gateway.User, "EnteringPin");
        await gateway.SendDigitsAsync("1111#2222#3333");

        await gateway.EndedAsync(Soon);
    }

    [Fact]
    public async Task Gateway_InTheLobby_IsAnsweredAndWaitsUntilAdmitted()
    {
        var gateway = await world.PhoneAsync(world.Gateway);
        await using var meeting = await world.ScheduleAsync("Lobby by number", "--lobby");

        await gateway.DialAsync(meeting.AlbionUri, Soon);
        var waiting = await meeting.AwaitAsync(world.Gateway.User, "Lobby");
        await meeting.ModerateAsync("admit", waiting);
        await meeting.AwaitAsync(world.Gateway.User, "In");
        await gateway.HangUpAsync();
    }

    [Fact]
    public async Task Refusal_AfterTheAnswer_IsAByeWithReasonAndIncident()
    {
        await using var meeting = await world.ScheduleAsync("BYE", "--lobby");
        using var trunk = Trunk();
        using var media = Media(trunk);
        var invite = SipText.Invite(meeting.AlbionUri, trunk.Local, $"sip:{world.Gateway.Address}", trunk.Local.WithPort(((IPEndPoint)media.LocalEndPoint!).Port));
        trunk.Send(invite.ToString());
        var answer = await trunk.AnswerAsync("1 INVITE");
        Assert.Equal(200, SipText.Status(answer));
        trunk.Send(invite.Within(answer, "ACK", 1).ToString());

        await meeting.ModerateAsync("eject", await meeting.AwaitAsync(world.Gateway.User, "Lobby"));

        var bye = await trunk.ReceiveAsync("a BYE");
        Assert.StartsWith("BYE ", bye, StringComparison.Ordinal);
        Assert.Equal("SIP;cause=403;text=\"Forbidden\"", SipText.Header(bye, "Reason"));
        Assert.StartsWith("inc_", SipText.Header(bye, "X-Meetpoint-Incident"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Caller_WithoutAnOffer_IsAnsweredFirstAndStillAskedForThePin(bool byNumber)
    {
        await using var meeting = await world.ScheduleAsync("Late offer", "--pin", "2468");
        using var trunk = Trunk();
        using var media = Media(trunk);
        var uri = byNumber ? $"sip:{world.Albion.Party.EntryNumber}@albion.example" : meeting.AlbionUri;
        var invite = new SipText("INVITE", uri, trunk.Local) { Caller = $"sip:{world.Gateway.Address}" };
        trunk.Send(invite.ToString());
        var offer = await trunk.AnswerAsync("1 INVITE");
        Assert.Equal(200, SipText.Status(offer));
        Assert.Contains("m=audio", SipText.BodyOf(offer), StringComparison.Ordinal);
        var answer = SipText.Offer(trunk.Local.WithPort(((IPEndPoint)media.LocalEndPoint!).Port));
        trunk.Send((invite.Within(offer, "ACK", 1) with { ContentType = "application/sdp", Body = answer }).ToString());
        var sequence = 1;
        if (byNumber)
            await PressAsync(meeting.AlbionCode);

        await meeting.AwaitAsync(world.Gateway.User, "EnteringPin");
        await PressAsync("2468");
        await meeting.AwaitAsync(world.Gateway.User, "In");
        trunk.Send(invite.Within(offer, "BYE", ++sequence).ToString());
        await trunk.AnswerAsync($"{sequence} BYE");

        async Task PressAsync(string digits)
        {
            foreach (var digit in digits)
            {
                trunk.Send((invite.Within(offer, "INFO", ++sequence) with { ContentType = "application/dtmf-relay", Body = $"Signal={digit}\r\nDuration=160\r\n" }).ToString());
                Assert.Equal(200, SipText.Status(await trunk.AnswerAsync($"{sequence} INFO")));
            }
        }
    }

    RawSip Trunk() => RawSip.Bind(world.Gateway.Account.Listen.WithPort(5_066), world.Albion.Party.Sip);

    static Socket Media(RawSip trunk)
    {
        var media = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        media.Bind(trunk.Local.WithPort(0).ToIPEndPoint());
        return media;
    }
}
