using System.Text;
using Meetpoint.Interop.Border;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>
/// Calls through Kamailio, the exchange and Kamailio again, in both directions and both modes over each transport: everything within a dialog goes
/// through all three, from either side.
/// </summary>
public sealed class KamailioChainTests(ChainWorld chain) : IClassFixture<ChainWorld>
{
    public static TheoryData<string, string, bool> Ways()
    {
        var ways = new TheoryData<string, string, bool>();
        foreach (var transport in new[] { "udp", "tcp", "tls" })
        {
            foreach (var mode in new[] { "transparent", "anchored" })
            {
                ways.Add(transport, mode, true);
                ways.Add(transport, mode, false);
            }
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_IsSetUpChangedAndEndedByTheCalled(string transport, string mode, bool isNorthbound)
    {
        var (caller, callee, invite) = await BeginAsync(transport, mode, isNorthbound);
        using var from = caller;
        using var to = callee;
        from.Send(invite.ToString());
        var asked = await to.RequestAsync("INVITE");
        to.Send(Answering.To(asked, 180, "Ringing", to.Local));
        var ringing = await from.AnswerAsync("1 INVITE", provisional: 180);
        Assert.True(SipText.Status(ringing) == 180, $"the caller hears that it rings; instead: {ringing}\n{chain.Logs(transport)}");
        to.Send(Answering.To(asked, 200, "OK", to.Local, SipText.Offer(to.Local.WithPort(29_802))));
        var answer = await from.AnswerAsync("1 INVITE");
        Assert.Equal(200, SipText.Status(answer));
        from.Send(Within(invite, answer, "ACK", 1));
        await to.RequestAsync("ACK");

        // The caller changes the call, the called ends it.
        from.Send(Within(invite, answer, "INFO", 2));
        to.Send(Answering.To(await to.RequestAsync("INFO"), 200, "OK", to.Local));
        Assert.Equal(200, SipText.Status(await from.AnswerAsync("2 INFO")));
        to.Send(Back(asked, "BYE", 7, to.Local));
        from.Send(Answering.To(await from.RequestAsync("BYE"), 200, "OK", from.Local));
        Assert.Equal(200, SipText.Status(await to.AnswerAsync("7 BYE")));
        Assert.Empty((await chain.Albion.Api.GetAsync("calls"))["items"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_GivenUpWhileItRings_IsCancelledThroughTheChain(string transport, string mode, bool isNorthbound)
    {
        var (caller, callee, invite) = await BeginAsync(transport, mode, isNorthbound);
        using var from = caller;
        using var to = callee;
        from.Send(invite.ToString());
        var asked = await to.RequestAsync("INVITE");
        to.Send(Answering.To(asked, 180, "Ringing", to.Local));
        await from.AnswerAsync("1 INVITE", provisional: 180);

        from.Send((invite with { Method = "CANCEL", ContentType = null, Body = "", CallId = invite.EffectiveCallId, FromTag = invite.EffectiveFromTag }).ToString());

        to.Send(Answering.To(await to.RequestAsync("CANCEL"), 200, "OK", to.Local));
        to.Send(Answering.To(asked, 487, "Request Terminated", to.Local));
        Assert.Equal(487, SipText.Status(await from.FinalAsync(invite)));
        await to.RequestAsync("ACK");
        Assert.Empty((await chain.Albion.Api.GetAsync("calls"))["items"]!.AsArray());
    }

    async Task<(RawSip Caller, RawSip Callee, SipText Invite)> BeginAsync(string transport, string mode, bool isNorthbound)
    {
        var (north, south) = await chain.UseAsync(transport, mode);
        var caller = RawSip.Bind(isNorthbound ? chain.SouthPhone : chain.NorthPhone, isNorthbound ? south : north);
        var callee = RawSip.Bind(isNorthbound ? chain.NorthPhone : chain.SouthPhone, isNorthbound ? north : south);
        var number = isNorthbound ? "+442100000001" : "+441614960001";
        return (caller, callee, SipText.Invite($"sip:{number}@albion.example;user=phone", caller.Local, isNorthbound ? "sip:carol@albion.example" : "sip:carol@thames.example"));
    }

    /// <summary>A request of the caller's, by the route that the answer recorded.</summary>
    static string Within(SipText invite, string answer, string method, int sequence)
    {
        var routes = Lines(answer, "Record-Route").Reverse().Select(route => $"Route: {route}\r\n");
        return (invite.Within(answer, method, sequence) with { Uri = SipText.Header(answer, "Contact")!.Split('<', '>')[1], More = string.Concat(routes) }).ToString();
    }

    /// <summary>A request of the called, by the route that the INVITE recorded.</summary>
    static string Back(string asked, string method, int sequence, NetAddress from)
    {
        var text = new StringBuilder($"{method} {SipText.Header(asked, "Contact")!.Split('<', '>')[1]} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bKback{sequence}{SipText.Header(asked, "Call-ID")!.GetHashCode(StringComparison.Ordinal)}\r\n");
        foreach (var route in Lines(asked, "Record-Route"))
            text.Append($"Route: {route}\r\n");
        text.Append($"Max-Forwards: 70\r\nFrom: {SipText.Header(asked, "To")};tag=callee\r\nTo: {SipText.Header(asked, "From")}\r\n");
        text.Append($"Call-ID: {SipText.Header(asked, "Call-ID")}\r\nCSeq: {sequence} {method}\r\nContent-Length: 0\r\n\r\n");
        return text.ToString();
    }

    static IEnumerable<string> Lines(string message, string name) => message.Split("\r\n\r\n")[0].Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim());
}
