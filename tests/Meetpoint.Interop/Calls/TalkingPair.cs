using System.Globalization;
using Meetpoint.Interop.Border;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>A call that is up, between a phone of Thames and the salon of Albion, by two sockets.</summary>
sealed class TalkingPair : IDisposable
{
    readonly SipText _invite;
    readonly string _answer;
    readonly string _routes;

    TalkingPair(RawSip caller, RawSip callee, SipText invite, string asked, string answer)
    {
        (Caller, Callee, _invite, Asked, _answer) = (caller, callee, invite, asked, answer);
        _routes = string.Concat(answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"Route:{line["Record-Route:".Length..]}\r\n")));
    }

    public RawSip Caller { get; }

    public RawSip Callee { get; }

    /// <summary>The INVITE as the called saw it.</summary>
    public string Asked { get; }

    /// <summary>The INVITE as the caller sent it.</summary>
    public SipText Invite => _invite;

    /// <summary>The answer as the caller saw it.</summary>
    public string Answer => _answer;

    /// <summary>Puts a call up under the agreement that is in force.</summary>
    public static async Task<TalkingPair> StartAsync(BorderWorld border, string more = "", string caller = "sip:carol@thames.example", int port = 5_060)
    {
        var from = RawSip.Bind(border.ThamesTrunk.WithPort(port), border.Albion.Party.Trunk);
        var to = RawSip.Bind(border.Salon, border.Albion.Party.Sip);
        var invite = SipText.Invite("sip:salon@albion.example", from.Local, caller) with { More = more };
        from.Send(invite.ToString());
        var asked = await to.RequestAsync("INVITE");
        to.Send(Answering.To(asked, 200, "OK", to.Local, SipText.Offer(to.Local.WithPort(29_802))));
        var pair = new TalkingPair(from, to, invite, asked, await from.AnswerAsync("1 INVITE"));
        Assert.Equal(200, SipText.Status(pair._answer));
        from.Send(pair.Within("ACK", 1).ToString());
        await to.RequestAsync("ACK");
        return pair;
    }

    /// <summary>A request of the caller's within the call.</summary>
    public SipText Within(string method, int sequence, string more = "") => _invite.Within(_answer, method, sequence) with
    {
        Uri = SipText.Header(_answer, "Contact")!.Trim('<', '>').Split('>')[0], More = _routes + more,
    };

    /// <summary>Ends it from the caller's side.</summary>
    public async Task EndAsync(int sequence)
    {
        Caller.Send(Within("BYE", sequence).ToString());
        Callee.Send(Answering.To(await Callee.RequestAsync("BYE"), 200, "OK", Callee.Local));
        Assert.Equal(200, SipText.Status(await Caller.AnswerAsync($"{sequence} BYE")));
    }

    public void Dispose()
    {
        Caller.Dispose();
        Callee.Dispose();
    }
}
