using System.Globalization;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Calls;

/// <summary>An exchange is killed (SIGKILL) in the middle of a call, and the one that comes after it goes on with it.</summary>
public sealed class KilledCallTests : IAsyncLifetime
{
    readonly BorderWorld _border = new();

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => _border.InitializeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _border.DisposeAsync();

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Call_WhoseExchangeIsKilled_IsChangedAndEndedAfterItIsBack(string mode)
    {
        await _border.AgreeAsync($"\"stage\":\"commercial\",\"services\":[{{\"service\":\"call\"}}],\"calls\":{{\"mode\":\"{mode}\"}}");
        using var caller = RawSip.Bind(_border.ThamesTrunk, _border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(_border.Salon, _border.Albion.Party.Sip);
        var invite = SipText.Invite("sip:salon@albion.example", caller.Local, "sip:carol@thames.example");
        caller.Send(invite.ToString());
        callee.Send(Answering.To(await callee.RequestAsync("INVITE"), 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var answer = await caller.AnswerAsync("1 INVITE");
        var routes = string.Concat(answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"Route:{line["Record-Route:".Length..]}\r\n")));
        SipText Within(string method, int sequence) => invite.Within(answer, method, sequence) with { Uri = $"sip:callee@{callee.Local}", More = routes };
        caller.Send(Within("ACK", 1).ToString());
        await callee.RequestAsync("ACK");

        await _border.Albion.Process.KillAsync();
        await _border.Albion.Process.DisposeAsync();
        await _border.Albion.StartAsync();

        var again = Within("INVITE", 2) with { ContentType = "application/sdp", Body = invite.Body };
        caller.Send(again.ToString());
        var asked = await callee.RequestAsync("INVITE");
        Assert.Equal("2 INVITE", SipText.Header(asked, "CSeq"));
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var changed = await caller.AnswerAsync("2 INVITE");
        Assert.Equal(200, SipText.Status(changed));
        Assert.Equal(SipText.BodyOf(answer), SipText.BodyOf(changed));
        caller.Send((Within("ACK", 2) with { Branch = "z9hG4bKsecond" }).ToString());
        caller.Send(Within("BYE", 3).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync("3 BYE")));
        Assert.Empty((await _border.Albion.Api.GetAsync("calls"))["items"]!.AsArray());
    }
}
