using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;

namespace Meetpoint.Interop.Calls;

/// <summary>What is added to a call that is on goes through the waist like the call itself: transfers, redirections, media.</summary>
[Collection(BorderCollection.Name)]
public sealed class AddedToCallTests(BorderWorld border)
{
    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Refer_ToWhereNoAgreementLeads_IsRefusedAndTheCallGoesOn(string mode)
    {
        await AgreeAsync(mode);
        using var call = await TalkingPair.StartAsync(border);
        var mark = border.Log.Mark();

        call.Caller.Send(call.Within("REFER", 2, "Refer-To: <sip:bob@liberty.example>\r\n").ToString());
        await RefusalSeen.OnSipAsync(border, mark, await call.Caller.AnswerAsync("2 REFER"), RefusalReason.NoAgreement);

        call.Caller.Send(call.Within("REFER", 3, "Refer-To: <sip:alice@albion.example>\r\n").ToString());
        var referred = await call.Callee.RequestAsync("REFER");
        Assert.Equal("<sip:alice@albion.example>", SipText.Header(referred, "Refer-To"));
        call.Callee.Send(Answering.To(referred, 202, "Accepted", call.Callee.Local));
        Assert.Equal(202, SipText.Status(await call.Caller.AnswerAsync("3 REFER")));
        await call.EndAsync(4);
    }

    [Fact]
    public async Task Refer_WhereTheAgreementLetsNoneThrough_IsRefused()
    {
        await border.AgreeAsync("\"stage\":\"commercial\",\"services\":[{\"service\":\"call\"}],\"calls\":{\"transfers\":false}");
        using var call = await TalkingPair.StartAsync(border);
        var mark = border.Log.Mark();

        call.Caller.Send(call.Within("REFER", 2, "Refer-To: <sip:alice@albion.example>\r\n").ToString());

        await RefusalSeen.OnSipAsync(border, mark, await call.Caller.AnswerAsync("2 REFER"), RefusalReason.ServiceNotCovered);
        await call.EndAsync(3);
    }

    [Fact]
    public async Task Invite_ThatReplacesAnAnchoredCall_NamesItAsTheCalledKnowsIt()
    {
        await AgreeAsync("anchored");
        using var call = await TalkingPair.StartAsync(border);
        using var other = RawSip.Bind(border.ThamesTrunk.WithPort(5_061), border.Albion.Party.Trunk);
        var replaces = $"{call.Invite.EffectiveCallId};to-tag={SipText.TagOf(call.Answer)};from-tag={call.Invite.EffectiveFromTag}";
        var contact = SipText.Header(call.Answer, "Contact")!.Trim('<', '>').Split('>')[0];
        var invite = SipText.Invite(contact, other.Local, "sip:dora@thames.example") with { More = $"Require: replaces\r\nReplaces: {replaces}\r\n" };
        other.Send(invite.ToString());

        var asked = await call.Callee.RequestAsync("INVITE");

        Assert.NotEqual(SipText.Header(call.Asked, "Call-ID"), SipText.Header(asked, "Call-ID"));
        Assert.StartsWith($"INVITE sip:callee@{call.Callee.Local} ", asked, StringComparison.Ordinal);
        Assert.Equal(
            $"{SipText.Header(call.Asked, "Call-ID")};to-tag=callee;from-tag={SipText.Header(call.Asked, "From")!.Split(";tag=")[1]}", SipText.Header(asked, "Replaces"));
        call.Callee.Send(Answering.To(asked, 486, "Busy Here", call.Callee.Local));
        Assert.Equal(486, SipText.Status(await other.FinalAsync(invite)));
        await call.EndAsync(2);
    }

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Media_AddedBeyondTheLimit_AreRefusedAndTheCallGoesOn(string mode)
    {
        await AgreeAsync(mode, ",\"aToB\":{\"ports\":2}");
        using var call = await TalkingPair.StartAsync(border);
        var audio = SipText.Offer(call.Caller.Local.WithPort(29_998));
        SipText Offer(int sequence, int videos) => call.Within("INVITE", sequence) with
        {
            ContentType = "application/sdp",
            Body = audio + string.Concat(Enumerable.Range(0, videos).Select(_ => "m=video 29996 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n")),
        };
        var mark = border.Log.Mark();

        var tooMuch = Offer(2, 2);
        call.Caller.Send(tooMuch.ToString());
        await RefusalSeen.OnSipAsync(border, mark, await call.Caller.FinalAsync(tooMuch), RefusalReason.OverLimit);

        call.Caller.Send(Offer(3, 1).ToString());
        var asked = await call.Callee.RequestAsync("INVITE");
        Assert.Contains("m=video ", asked, StringComparison.Ordinal);
        call.Callee.Send(Answering.To(asked, 200, "OK", call.Callee.Local, SipText.Offer(call.Callee.Local.WithPort(29_802)) + "m=video 0 RTP/AVP 99\r\n"));
        Assert.Equal(200, SipText.Status(await call.Caller.AnswerAsync("3 INVITE")));
        call.Caller.Send((call.Within("ACK", 3) with { Branch = "z9hG4bKthird" }).ToString());
        await call.EndAsync(4);
    }

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Media_OfferedInAnAnswerBeyondTheLimit_AreRefusedAndTheRestStands(string mode)
    {
        await AgreeAsync(mode, ",\"aToB\":{\"ports\":2},\"bToA\":{\"ports\":1}");
        using var call = await TalkingPair.StartAsync(border);
        call.Caller.Send(call.Within("INVITE", 2).ToString());
        var asked = await call.Callee.RequestAsync("INVITE");
        var video = string.Concat(Enumerable.Range(0, 2).Select(i => $"m=video {29_996 - (2 * i)} RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"));
        call.Callee.Send(Answering.To(asked, 200, "OK", call.Callee.Local, SipText.Offer(call.Callee.Local.WithPort(29_802)) + video));

        var offered = await call.Caller.AnswerAsync("2 INVITE");

        Assert.Equal(200, SipText.Status(offered));
        Assert.Equal((1, 2), (Count(offered, "m=audio "), Count(offered, "m=video 0 ")));
        var answer = SipText.Offer(call.Caller.Local.WithPort(29_998)) + "m=video 0 RTP/AVP 99\r\nm=video 0 RTP/AVP 99\r\n";
        call.Caller.Send((call.Within("ACK", 2) with { Branch = "z9hG4bKlate", ContentType = "application/sdp", Body = answer }).ToString());
        Assert.Equal(2, Count(await call.Callee.RequestAsync("ACK"), "m=video 0 "));
        await call.EndAsync(3);

        static int Count(string text, string part) => text.Split("\r\n" + part).Length - 1;
    }

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Requests_OfAStrictRouter_GoWhereTheDialogLeads(string mode)
    {
        await AgreeAsync(mode);
        using var call = await TalkingPair.StartAsync(border);
        var direct = call.Within("OPTIONS", 2);
        // As an RFC 2543 router leaves it: the first Route in the request URI, the target at the end.
        var routes = direct.More.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(route => route.Split('<', '>')[1]).DefaultIfEmpty($"sip:{border.Albion.Party.Trunk};lr").ToList();
        var strict = direct with { Uri = routes[0], More = string.Concat(routes.Skip(1).Append(direct.Uri).Select(route => $"Route: <{route}>\r\n")) };
        call.Caller.Send(strict.ToString());

        var asked = await call.Callee.RequestAsync("OPTIONS");

        Assert.StartsWith($"OPTIONS sip:callee@{call.Callee.Local} ", asked, StringComparison.Ordinal);
        Assert.Null(SipText.Header(asked, "Route"));
        call.Callee.Send(Answering.To(asked, 200, "OK", call.Callee.Local));
        Assert.Equal(200, SipText.Status(await call.Caller.AnswerAsync("2 OPTIONS")));
        await call.EndAsync(3);
    }

    [Fact]
    public async Task Redirection_KeepsOnlyWhomTheCallerMayReach()
    {
        await AgreeAsync("transparent");
        var (first, _) = await RedirectAsync("<sip:bob@liberty.example>, <sip:alice@albion.example>;q=0.5");
        Assert.Equal((302, "<sip:alice@albion.example>;q=0.5"), (SipText.Status(first), SipText.Header(first, "Contact")));

        var mark = border.Log.Mark();
        var (second, _) = await RedirectAsync("<sip:bob@liberty.example>");
        await RefusalSeen.OnSipAsync(border, mark, second, RefusalReason.NoAgreement);
    }

    async Task<(string Answer, SipText Invite)> RedirectAsync(string contacts)
    {
        using var caller = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(border.Salon, border.Albion.Party.Sip);
        var invite = SipText.Invite("sip:salon@albion.example", caller.Local, "sip:carol@thames.example");
        caller.Send(invite.ToString());
        var answer = Answering.To(await callee.RequestAsync("INVITE"), 302, "Moved Temporarily", callee.Local);
        callee.Send(answer.Replace($"<sip:callee@{callee.Local}>", contacts, StringComparison.Ordinal));
        return (await caller.FinalAsync(invite), invite);
    }

    Task AgreeAsync(string mode, string more = "") =>
        border.AgreeAsync($"\"stage\":\"commercial\",\"services\":[{{\"service\":\"call\"}}],\"calls\":{{\"mode\":\"{mode}\"}}{more}");
}
