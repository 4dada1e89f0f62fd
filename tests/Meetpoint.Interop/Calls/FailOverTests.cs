using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Calls;

/// <summary>The first of two trunks goes away: what is up or rings stays with it, what is new goes to the second until the first is back.</summary>
[Collection(CarrierCollection.Name)]
public sealed class FailOverTests(CarrierWorld carriers)
{
    const int CallsBefore = 10;
    const int CallsAfter = 20;
    const int HoldMs = 15_000;
    const int ShortHoldMs = 500;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task FirstTrunk_KilledUnderLoad_KeepsItsCallsAndTheSecondTakesTheNewUntilItIsBack()
    {
        await carriers.UseAsync(firstTransport: "tcp");
        var trunk = carriers.Albion.Party.Trunk;
        var mark = carriers.Log.Mark();
        await using var behindFirst = await Sipp.AnswerAsync("called.xml", carriers.BehindFirst, CallsBefore + 1);
        await using var atSecond = await Sipp.AnswerAsync("called.xml", carriers.Second, CallsAfter);
        await using var proxy = await Kamailio.StartBetweenAsync(carriers.First, carriers.BehindFirst, carriers.SipTcp, "tcp");
        await using var before = await Sipp.StartAsync(
            "caller.xml", carriers.Thames, trunk, CallsBefore, toneHz: 440, HoldMs, ("called", "+442095550001@albion.example"), ("calling", "carol@thames.example"));
        await Expect.EventuallyAsync(
            async () => await carriers.CountUpAsync() == CallsBefore ? "up" : null, Soon, $"{CallsBefore} calls to be up",
            () => $"{before.Tail()}\n{behindFirst.Tail()}\n{proxy.LogTail()}\n{carriers.Albion.Process.LogTail()}");

        await Kamailio.KillAsync(proxy);
        await using (var after = await Sipp.StartAsync(
            "caller.xml", carriers.Severn, trunk, CallsAfter, toneHz: 440, ShortHoldMs, ("called", "+442095550002@albion.example"), ("calling", "carol@severn.example")))
        {
            await after.SucceedAsync(Soon);
        }

        await atSecond.SucceedAsync(Soon);
        await carriers.Log.LinesAsync(mark, "sip.unreachable", "albion-first");

        await using var again = await Kamailio.StartBetweenAsync(carriers.First, carriers.BehindFirst, carriers.SipTcp, "tcp");
        await carriers.Log.LinesAsync(mark, "sip.reachable", "albion-first");
        await using (var back = await Sipp.StartAsync(
            "caller.xml", carriers.Severn, trunk, 1, toneHz: 440, ShortHoldMs, ("called", "+442095550003@albion.example"), ("calling", "carol@severn.example")))
        {
            await back.SucceedAsync(Soon);
        }

        await before.SucceedAsync(TimeSpan.FromSeconds(60));
        await behindFirst.SucceedAsync(Soon);
        Assert.Empty(await carriers.CallsAsync());
    }

    [Fact]
    public async Task FirstTrunk_Silent_IsWaitedForOnceAndWhatRingsThereStays()
    {
        await carriers.UseAsync();
        var mark = carriers.Log.Mark();
        using var first = RawSip.Bind(carriers.First, carriers.Albion.Party.Trunk);
        using var second = RawSip.Bind(carriers.Second, carriers.Albion.Party.Trunk);
        using var ringing = CarrierCall.Begin(carriers, carriers.Thames, "sip:+442095550001@albion.example");
        var asked = await first.RequestAsync("INVITE");
        first.Send(Answering.To(asked, 180, "Ringing", first.Local));
        await ringing.Caller.AnswerAsync("1 INVITE", provisional: 180);

        // The patience for the first that says nothing more, and then the second.
        using var waiting = CarrierCall.Begin(carriers, carriers.Thames.WithPort(5_061), "sip:+442095550002@albion.example");
        await waiting.AnswerAsync(second, await second.RequestAsync("INVITE"));
        await carriers.Log.LinesAsync(mark, "sip.unreachable", "albion-first");

        // No patience any more: the second is asked before the first hears of it.
        using var next = CarrierCall.Begin(carriers, carriers.Severn, "sip:+442095550003@albion.example");
        await next.AnswerAsync(second, await second.RequestAsync("INVITE"));
        while (first.HasMore)
        {
            var heard = await first.ReceiveAsync("what the first was asked");
            Assert.DoesNotContain("+442095550003", heard, StringComparison.Ordinal);

            // What was given up is sent again for half a minute, and would reach whoever has the address after this.
            if (heard.StartsWith("INVITE sip:+442095550002", StringComparison.Ordinal))
                first.Send(Answering.To(heard, 486, "Busy Here", first.Local));
        }

        await ringing.AnswerAsync(first, asked);
        await carriers.Log.LinesAsync(mark, "sip.reachable", "albion-first");
        await ringing.EndAsync(first);
        await waiting.EndAsync(second);
        await next.EndAsync(second);
        Assert.Empty(await carriers.CallsAsync());
    }
}
