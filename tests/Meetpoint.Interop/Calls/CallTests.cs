using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>Plain calls through the relay of running exchanges, in both modes, by phones that are sockets.</summary>
[Collection(BorderCollection.Name)]
public sealed class CallTests(BorderWorld border)
{
    const string Odd = "X-Odd:   kept ;as=\"it, is\"\r\nSession-ID: 0123456789abcdef0123456789abcdef;remote=00000000000000000000000000000000\r\n";

    [Fact]
    public Task Anchored_AcrossTwoExchanges_HidesEachSideAndCarriesTheRest() => WithCallsAsync(async () =>
    {
        using var caller = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(border.Liberty.Party.Address(82, 5_060), border.Liberty.Party.Sip);
        using var callerMedia = Media(caller.Local.WithPort(29_800));
        using var calleeMedia = Media(callee.Local.WithPort(29_802));
        var invite = SipText.Invite("sip:annexe@liberty.example", caller.Local, "sip:carol@albion.example", caller.Local.WithPort(29_800)) with { More = Odd };
        caller.Send(invite.ToString());
        var asked = await callee.RequestAsync("INVITE");

        Assert.DoesNotContain(caller.Local.Host, asked, StringComparison.Ordinal);
        Assert.DoesNotContain(invite.EffectiveCallId, asked, StringComparison.Ordinal);
        Assert.Contains("X-Odd:   kept ;as=\"it, is\"\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("Session-ID: 0123456789abcdef0123456789abcdef", asked, StringComparison.Ordinal);
        callee.Send(Answering.To(asked, 180, "Ringing", callee.Local));
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var answer = await caller.AnswerAsync("1 INVITE");
        Assert.StartsWith("SIP/2.0 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(callee.Local.Host, answer, StringComparison.Ordinal);
        caller.Send(invite.Within(answer, "ACK", 1).ToString());
        await callee.RequestAsync("ACK");

        await HearsAsync(callerMedia, MediaOf(answer), calleeMedia, "what the caller says");
        await HearsAsync(calleeMedia, MediaOf(asked), callerMedia, "what the called says");

        var call = Assert.Single(await CallsAsync());
        Assert.Equal(("up", "anchored", "albion-network"), ((string?)call!["state"], (string?)call["mode"], (string?)call["from"]));

        caller.Send(invite.Within(answer, "BYE", 2).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.StartsWith("SIP/2.0 200", await caller.AnswerAsync("2 BYE"), StringComparison.Ordinal);
        Assert.Empty(await CallsAsync());
    });

    [Fact]
    public Task Anchored_GivenUpWhileItRings_IsCancelledAtTheOtherEnd() => WithCallsAsync(async () =>
    {
        using var caller = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(border.Liberty.Party.Address(82, 5_060), border.Liberty.Party.Sip);
        var invite = SipText.Invite("sip:annexe@liberty.example", caller.Local, "sip:carol@albion.example");
        caller.Send(invite.ToString());
        var asked = await callee.RequestAsync("INVITE");
        callee.Send(Answering.To(asked, 180, "Ringing", callee.Local));
        await caller.AnswerAsync("1 INVITE", provisional: 180);

        caller.Send((invite with { Method = "CANCEL", ContentType = null, Body = "", CallId = invite.EffectiveCallId, FromTag = invite.EffectiveFromTag }).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("CANCEL"), 200, "OK", callee.Local));
        callee.Send(Answering.To(asked, 487, "Request Terminated", callee.Local));
        Assert.Equal(487, SipText.Status(await caller.FinalAsync(invite)));
        await callee.RequestAsync("ACK");
    });

    [Fact]
    public async Task Anchored_EndedByTheOperator_SaysByeToBothSides()
    {
        await WithCallsAsync(async () =>
        {
            using var caller = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
            using var callee = RawSip.Bind(border.Liberty.Party.Address(82, 5_060), border.Liberty.Party.Sip);
            var invite = SipText.Invite("sip:annexe@liberty.example", caller.Local, "sip:carol@albion.example");
            caller.Send(invite.ToString());
            callee.Send(Answering.To(await callee.RequestAsync("INVITE"), 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
            var answer = await caller.AnswerAsync("1 INVITE");
            caller.Send(invite.Within(answer, "ACK", 1).ToString());
            var call = (string)Assert.Single(await CallsAsync())!["id"]!;

            await border.Albion.Api.SendAsync(HttpMethod.Post, $"calls/{call}/end", null);

            callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
            caller.Send(Answering.To(await caller.RequestAsync("BYE"), 200, "OK", caller.Local));
        });
    }

    [Fact]
    public async Task Transparent_ItsRouteInOtherHands_CarriesNothing()
    {
        await border.AgreeAsync("\"stage\":\"commercial\",\"services\":[{\"service\":\"call\"}],\"calls\":{\"mode\":\"transparent\"}");
        using var caller = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(border.Salon, border.Albion.Party.Sip);
        var invite = SipText.Invite("sip:salon@albion.example", caller.Local, "sip:carol@thames.example") with { More = Odd };
        caller.Send(invite.ToString());
        var asked = await callee.RequestAsync("INVITE");
        Assert.Contains($"Via: SIP/2.0/UDP {caller.Local}", asked, StringComparison.Ordinal);
        Assert.Contains("X-Odd:   kept ;as=\"it, is\"\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("m=audio 29998 ", asked, StringComparison.Ordinal);
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var answer = await caller.AnswerAsync("1 INVITE");
        var routes = string.Concat(answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"Route:{line["Record-Route:".Length..]}\r\n")));
        SipText Within(string method, int sequence) => invite.Within(answer, method, sequence) with { Uri = $"sip:callee@{callee.Local}", More = routes };
        caller.Send(Within("ACK", 1).ToString());
        await callee.RequestAsync("ACK");

        // Another neighbour has seen the Route, and one of the two uses it for another dialog.
        using (var other = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk))
        {
            other.Send((Within("BYE", 7) with { From = other.Local, Branch = "z9hG4bKother" }).ToString());
            Assert.Equal(403, SipText.Status(await other.AnswerAsync("7 BYE")));
        }

        caller.Send((Within("BYE", 8) with { CallId = "another@call", Branch = "z9hG4bKanother" }).ToString());
        Assert.Equal(403, SipText.Status(await caller.AnswerAsync("8 BYE")));

        caller.Send(Within("BYE", 9).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync("9 BYE")));
    }

    [Fact]
    public async Task Invite_InTheNameOfSomeoneElsesCustomer_IsRefused()
    {
        await border.AgreeAsync("\"stage\":\"commercial\",\"services\":[{\"service\":\"call\"}]");
        using var caller = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        var mark = border.Log.Mark();

        var answer = await caller.InviteAsync(
            SipText.Invite("sip:salon@albion.example", caller.Local, "sip:carol@thames.example") with { More = "P-Asserted-Identity: <sip:bob@liberty.example>\r\n" });

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.OriginNotAllowed);
    }

    async Task<JsonArray> CallsAsync() => (await border.Albion.Api.GetAsync("calls"))["items"]!.AsArray();

    Task WithCallsAsync(Func<Task> during)
    {
        static void Calls(JsonObject agreement) => agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "call" });
        return border.WhileAmendedAsync(border.Albion, Calls, () => border.WhileAmendedAsync(border.Liberty, Calls, during));
    }

    static Socket Media(NetAddress local)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local.ToIPEndPoint());
        return socket;
    }

    static IPEndPoint MediaOf(string message)
    {
        var lines = SipText.BodyOf(message).Split("\r\n");
        var host = lines.First(line => line.StartsWith("c=IN IP4 ", StringComparison.Ordinal))[9..];
        var port = lines.First(line => line.StartsWith("m=audio ", StringComparison.Ordinal)).Split(' ')[1];
        return IPEndPoint.Parse($"{host}:{port}");
    }

    /// <summary>Sends RTP until some of it is heard at the other end.</summary>
    static async Task HearsAsync(Socket from, IPEndPoint to, Socket at, string what)
    {
        var packet = new byte[172];
        packet[0] = 0x80;
        packet[11] = 9;
        var heard = new byte[1_500];
        byte sequence = 0;
        await Expect.EventuallyAsync(
            () =>
            {
                packet[3] = ++sequence;
                packet[7] = sequence;
                from.SendTo(packet, to);
                return Task.FromResult(at.Available > 0 && at.Receive(heard) == packet.Length ? "heard" : null);
            },
            BorderWorld.Soon, what, () => "nothing came");
    }
}
