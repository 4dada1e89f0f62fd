using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;

namespace Meetpoint.Interop.Calls;

/// <summary>Calls for help that nothing keeps back, and calls whose start cannot be recorded.</summary>
[Collection(CarrierCollection.Name)]
public sealed class AgainstOddsTests(CarrierWorld carriers)
{
    [Fact]
    public async Task EmergencyCall_WhileTheLimitIsReachedAndTheNeighbourIsClosed_ReachesHelp()
    {
        await carriers.UseAsync(ports: 1);
        using var first = RawSip.Bind(carriers.First, carriers.Albion.Party.Trunk);
        using var help = RawSip.Bind(carriers.Help, carriers.Albion.Party.Trunk);
        using var call = CarrierCall.Begin(carriers, carriers.Thames, "sip:+442095550001@albion.example");
        await call.AnswerAsync(first, await first.RequestAsync("INVITE"));

        var mark = carriers.Log.Mark();
        using (var more = CarrierCall.Begin(carriers, carriers.Thames.WithPort(5_061), "sip:+442095550002@albion.example"))
            await RefusalSeen.OnSipAsync(carriers.Albion, carriers.Log, mark, await more.RefusedAsync(), RefusalReason.OverLimit);
        await ReachesHelpAsync(help, "sip:999@albion.example;user=phone");

        await carriers.Albion.Api.SendAsync(HttpMethod.Post, "neighbours/thames-network/close", new JsonObject { ["for"] = "0:01:00" });
        try
        {
            mark = carriers.Log.Mark();
            using (var more = CarrierCall.Begin(carriers, carriers.Thames.WithPort(5_062), "sip:+442095550002@albion.example"))
                await RefusalSeen.OnSipAsync(carriers.Albion, carriers.Log, mark, await more.RefusedAsync(), RefusalReason.Maintenance);
            await ReachesHelpAsync(help, "urn:service:sos");
        }
        finally
        {
            await carriers.Albion.Api.SendAsync(HttpMethod.Post, "neighbours/thames-network/open", (JsonObject?)null);
        }

        await call.EndAsync(first);
    }

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Call_WhoseStartTheStoreCannotTake_Is500WithRetryAfterAndTheCalledIsDismissed(string mode)
    {
        await carriers.UseAsync();
        var from = mode == "anchored" ? carriers.Thames : carriers.Severn;
        using var first = RawSip.Bind(carriers.First, carriers.Albion.Party.Trunk);
        using (var call = CarrierCall.Begin(carriers, from, "sip:+442095550001@albion.example"))
        {
            var asked = await first.RequestAsync("INVITE");
            await carriers.WhileDiskIsFullAsync(async () =>
            {
                first.Send(Answering.To(asked, 200, "OK", first.Local, SipText.Offer(first.Local.WithPort(29_802))));
                var answer = await call.RefusedAsync();
                Assert.Equal(500, SipText.Status(answer));
                Assert.InRange(int.Parse(SipText.Header(answer, "Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
                await first.RequestAsync("ACK");
                first.Send(Answering.To(await first.RequestAsync("BYE"), 200, "OK", first.Local));
            });
        }

        Assert.Empty(await carriers.CallsAsync());
        using var next = CarrierCall.Begin(carriers, from, "sip:+442095550001@albion.example");
        await next.AnswerAsync(first, await first.RequestAsync("INVITE"));
        await next.EndAsync(first);
    }

    async Task ReachesHelpAsync(RawSip help, string uri)
    {
        using var call = CarrierCall.Begin(carriers, carriers.Thames.WithPort(5_063), uri);
        await call.AnswerAsync(help, await help.RequestAsync("INVITE"));
        await call.EndAsync(help);
    }
}
