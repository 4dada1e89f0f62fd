using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Media.Rtp;
using NodaTime;

namespace Meetpoint.Interop.Refusals;

/// <summary>What a meeting refuses by itself: a taken room, a wrong PIN, a lock, the lobby.</summary>
[Collection(BorderCollection.Name)]
public sealed class MeetingTests(BorderWorld border)
{
    const string Carol = "sip:carol@albion.example";

    [Fact]
    public async Task Booking_OfARoomThatIsTaken_Is409AndSaysUntilWhen()
    {
        JsonObject Asking(string title)
        {
            var request = border.Request(title, Duration.FromHours(23));
            request["rooms"] = new JsonArray(border.World.Boardroom.Address);
            return request;
        }

        Assert.Equal(201, (await border.BookAsync(Asking("First"))).Status);
        var mark = border.Log.Mark();
        var reply = await border.BookAsync(Asking("Second"));

        Assert.Equal(409, reply.Status);
        Assert.Equal("/problems/endpoint-not-free", reply.Type);
        Assert.Contains("until 20", (string?)reply.Body!["detail"], StringComparison.Ordinal);
        await border.Log.OneLineAsync(mark, "[1016] refused.endpoint-not-free", reply.Incident!, "until 20");
    }

    [Fact]
    public async Task Invite_ToARoomThatIsInAMeeting_Is486()
    {
        using var room = RawSip.Bind(border.Salon, border.Albion.Party.Sip);
        await border.MeetAsync("In the salon", request => request["rooms"] = new JsonArray("salon@albion.example"));
        var dialled = await room.ReceiveAsync("the exchange to dial the room");
        Assert.StartsWith("INVITE sip:salon@", dialled, StringComparison.Ordinal);
        using var trunk = Trunk();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:salon@albion.example", trunk.Local, Carol));

        Assert.Equal(486, SipText.Status(answer));
        await border.Log.OneLineAsync(mark, "[1016] refused.endpoint-not-free", "salon@albion.example");
    }

    [Fact]
    public async Task Invite_WithTheWrongPinThreeTimes_HearsPromptsInEarlyMediaAndThenIs403()
    {
        var (_, code) = await border.MeetAsync("Wrong PIN", request => request["pin"] = "2468");
        using var trunk = Trunk();
        using var media = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        media.Bind(border.OwnTrunk.WithPort(0).ToIPEndPoint());
        var invite = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Carol, border.OwnTrunk.WithPort(((IPEndPoint)media.LocalEndPoint!).Port));
        trunk.Send(invite.ToString());
        var early = await trunk.AnswerAsync("1 INVITE", provisional: 183);
        Assert.Contains("m=audio", early, StringComparison.Ordinal);
        await HearAsync(media);
        var mark = border.Log.Mark();

        var sequence = 1;
        foreach (var digit in "111122223333")
        {
            var info = invite.Within(early, "INFO", ++sequence) with { ContentType = "application/dtmf-relay", Body = $"Signal={digit}\r\nDuration=160\r\n" };
            trunk.Send(info.ToString());
            if (sequence <= 12)
                Assert.Equal(200, SipText.Status(await trunk.AnswerAsync($"{sequence} INFO")));
        }

        var answer = await trunk.FinalAsync(invite);
        Assert.Equal(403, SipText.Status(answer));
        await border.Log.OneLineAsync(mark, "[1017] refused.wrong-pin", SipText.Header(answer, "X-Meetpoint-Incident")!);
    }

    [Fact]
    public async Task Invite_ToALockedMeeting_Is403()
    {
        var (id, code) = await border.MeetAsync("Locked");
        await border.OnAsync(id, "lock");
        using var trunk = Trunk();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, Carol));

        Assert.Equal(403, SipText.Status(answer));
        await border.Log.OneLineAsync(mark, "[1018] refused.meeting-locked", SipText.Header(answer, "X-Meetpoint-Incident")!);
    }

    [Fact]
    public async Task Invite_ThatTheOrganiserTurnsAwayFromTheLobby_Is403()
    {
        var (id, code) = await border.MeetAsync("Lobby", request => request["lobby"] = true);
        using var trunk = Trunk();
        var invite = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Carol);
        trunk.Send(invite.ToString());
        await trunk.AnswerAsync("1 INVITE", provisional: 183);
        var waiting = (await border.Albion.Api.GetAsync($"meetings/{id}/participants"))["participants"]!.AsArray().Single()!;
        Assert.Equal("Lobby", (string?)waiting["state"]);
        var mark = border.Log.Mark();

        await border.Albion.Api.SendAsync(HttpMethod.Post, $"meetings/{id}/participants/{waiting["id"]}/eject", (JsonObject?)null);
        var answer = await trunk.FinalAsync(invite);

        Assert.Equal(403, SipText.Status(answer));
        await border.Log.OneLineAsync(mark, "[1019] refused.not-admitted-from-lobby", SipText.Header(answer, "X-Meetpoint-Incident")!);
    }

    RawSip Trunk() => RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);

    /// <summary>Waits for prompts: packets that carry sound.</summary>
    static async Task HearAsync(Socket media)
    {
        var buffer = new byte[2_048];
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        for (var loud = 0; loud < 10;)
        {
            var length = await media.ReceiveAsync(buffer, bound.Token);
            // µ-law silence is 0xFF or 0x7F; a prompt's samples are many others.
            if (RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet, out _) && packet.PayloadType == 0 && Distinct(packet.Payload) > 8)
                loud++;
        }

        static int Distinct(ReadOnlySpan<byte> payload) => new HashSet<byte>(payload.ToArray()).Count;
    }
}
