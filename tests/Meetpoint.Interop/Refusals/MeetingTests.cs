using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Calls;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Interop.Refusals;

/// <summary>What a meeting refuses by itself: a taken room, a wrong PIN, a lock, the lobby.</summary>
[Collection(BorderCollection.Name)]
public sealed class MeetingTests(BorderWorld border)
{
    const string Carol = "sip:carol@albion.example";

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.NotOnWhiteList)]
    public async Task Invite_ToARoomWhoseWhiteListLacksTheCaller_Is403()
    {
        using var trunk = Trunk();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:closed@albion.example", trunk.Local, Carol));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.NotOnWhiteList, "closed@albion.example");
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.EndpointNotFree)]
    public async Task Invite_ToARoomThatIsInAMeeting_Is486()
    {
        using var room = RawSip.Bind(border.Salon, border.Albion.Party.Sip);
        var (id, _) = await border.MeetAsync("In the salon", request => request["rooms"] = new JsonArray("salon@albion.example"));
        var dialled = await room.ReceiveAsync("the exchange to dial the room");
        Assert.StartsWith("INVITE sip:salon@", dialled, StringComparison.Ordinal);
        using var trunk = Trunk();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:salon@albion.example", trunk.Local, Carol));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.EndpointNotFree, "salon@albion.example", "until=20");
        await border.Albion.Api.SendAsync(HttpMethod.Delete, $"meetings/{id}", (JsonObject?)null, ("If-Match", "*")); // others call the salon too
        room.Send(Answering.To(dialled, 486, "Busy Here", room.Local));
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.WrongPin)]
    public async Task Invite_WithTheWrongPinThreeTimes_HearsPromptsInEarlyMediaAndThenIs403()
    {
        var (id, code) = await border.MeetAsync("Wrong PIN", request => request["pin"] = "2468");
        using var trunk = Trunk();
        using var media = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        media.Bind(border.OwnTrunk.WithPort(0).ToIPEndPoint());
        var invite = SipText.Invite($"sip:{code}@albion.example", trunk.Local, Carol, border.OwnTrunk.WithPort(((IPEndPoint)media.LocalEndPoint!).Port));
        trunk.Send(invite.ToString());
        var early = await trunk.AnswerAsync("1 INVITE", provisional: 183);
        Assert.Contains("m=audio", early, StringComparison.Ordinal);
        await HearAsync(media);
        var mark = border.Log.Mark();

        var answer = await PressAsync(trunk, invite, early, "111122223333");

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.WrongPin, $"meeting={id}");
    }

    [Fact]
    public async Task Invite_ToTheEntryNumberWithTheWrongCodeThreeTimes_Is403()
    {
        using var trunk = Trunk();
        var invite = SipText.Invite($"sip:{border.Albion.Party.EntryNumber}@albion.example;user=phone", trunk.Local, Carol);
        trunk.Send(invite.ToString());
        var early = await trunk.AnswerAsync("1 INVITE", provisional: 183);
        var mark = border.Log.Mark();

        var answer = await PressAsync(trunk, invite, early, "1#2#3#");

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.WrongPin, border.Albion.Party.EntryNumber);
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.Overload)]
    public async Task Invite_ToAnEntryDeskThatIsFull_Is503WithRetryAfter()
    {
        // As many as wait for a code at one time (500), or as there are ports for, and more.
        const int Callers = 520;
        using var trunk = Trunk();
        var mark = border.Log.Mark();
        var invites = new List<SipText>();
        var refused = "";
        while (refused.Length == 0 && invites.Count < Callers)
        {
            var invite = SipText.Invite("sip:meet@albion.example", trunk.Local, Carol) with { Sequence = 2 + invites.Count };
            trunk.Send(invite.ToString());
            var answer = await trunk.AnswerAsync($"{invite.Sequence} INVITE", provisional: 183);
            if (SipText.Status(answer) == 183)
                invites.Add(invite);
            else
                trunk.Send(invite.AckOf(refused = answer));
        }

        await RefusalSeen.OnSipAsync(border, mark, refused, RefusalReason.Overload);
        foreach (var invite in invites)
        {
            trunk.Send((invite with { Method = "CANCEL", ContentType = null, Body = "" }).ToString());
            Assert.Equal(487, SipText.Status(await trunk.FinalAsync(invite)));
        }
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.MeetingLocked)]
    public async Task Invite_ToALockedMeeting_Is403()
    {
        var (id, code) = await border.MeetAsync("Locked");
        await border.OnAsync(id, "lock");
        using var trunk = Trunk();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, Carol));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.MeetingLocked, $"meeting={id}");
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.NotAdmittedFromLobby)]
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

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.NotAdmittedFromLobby, $"meeting={id}");
    }

    /// <summary>Presses keys by INFO until the INVITE has its final answer.</summary>
    static async Task<string> PressAsync(RawSip trunk, SipText invite, string early, string digits)
    {
        var sequence = 1;
        foreach (var digit in digits)
        {
            var info = invite.Within(early, "INFO", ++sequence) with { ContentType = "application/dtmf-relay", Body = $"Signal={digit}\r\nDuration=160\r\n" };
            trunk.Send(info.ToString());
            if (sequence <= digits.Length)
                Assert.Equal(200, SipText.Status(await trunk.AnswerAsync($"{sequence} INFO")));
        }

        return await trunk.FinalAsync(invite);
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
