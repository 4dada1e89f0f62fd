using Meetpoint.Interop.Border;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>A call of Thames' or Severn's to a number of Albion's, from a socket, as far as its test takes it.</summary>
sealed class CarrierCall(RawSip caller, SipText invite) : IDisposable
{
    string _answer = "";

    public RawSip Caller => caller;

    public SipText Invite => invite;

    /// <summary>Sends the INVITE.</summary>
    /// <param name="carriers">The world.</param>
    /// <param name="from">The trunk, with a free port of it.</param>
    /// <param name="uri">Who is called.</param>
    public static CarrierCall Begin(CarrierWorld carriers, NetAddress from, string uri)
    {
        var provider = from.Host == carriers.Thames.Host ? "thames" : "severn";
        var caller = RawSip.Bind(from, carriers.Albion.Party.Trunk);
        var invite = SipText.Invite(uri, caller.Local, $"sip:carol@{provider}.example");
        caller.Send(invite.ToString());
        return new CarrierCall(caller, invite);
    }

    /// <summary>The final answer, acknowledged where it is a refusal.</summary>
    public Task<string> RefusedAsync() => caller.FinalAsync(invite);

    /// <summary>Has it answered by the called, and acknowledged.</summary>
    public async Task AnswerAsync(RawSip callee, string asked)
    {
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        _answer = await caller.AnswerAsync("1 INVITE");
        Assert.Equal(200, SipText.Status(_answer));
        caller.Send(Within("ACK", 1).ToString());
        await callee.RequestAsync("ACK");
    }

    /// <summary>Ends it from the caller's side.</summary>
    public async Task EndAsync(RawSip callee, int sequence = 2)
    {
        caller.Send(Within("BYE", sequence).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync($"{sequence} BYE")));
    }

    /// <summary>A request of the caller's within the call.</summary>
    public SipText Within(string method, int sequence) => invite.Within(_answer, method, sequence) with
    {
        Uri = SipText.Header(_answer, "Contact")!.Split('<', '>')[1],
        More = string.Concat(_answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => $"Route:{line["Record-Route:".Length..]}\r\n")),
    };

    public void Dispose() => caller.Dispose();
}
