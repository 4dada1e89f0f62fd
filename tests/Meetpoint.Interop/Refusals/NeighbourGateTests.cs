using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using NodaTime;

namespace Meetpoint.Interop.Refusals;

/// <summary>A whole neighbour taken out of use by the operator: 503 with Retry-After, and in use again when opened.</summary>
[Collection(BorderCollection.Name)]
public sealed class NeighbourGateTests(BorderWorld border)
{
    [Fact]
    [Provokes(Wire.Sip, RefusalReason.Maintenance)]
    public async Task Invite_OfANeighbourThatIsClosed_Is503WithRetryAfterUntilItIsOpened()
    {
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        Assert.Equal(0, await border.RunAsync("neighbour", "close", "albion-network", "--for", "90s"));
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:dora@nowhere.example", trunk.Local, "sip:carol@albion.example"));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.Maintenance, "neighbour=albion-network");
        Assert.InRange(int.Parse(SipText.Header(answer, "Retry-After")!, CultureInfo.InvariantCulture), 1, 90);

        Assert.Equal(0, await border.RunAsync("neighbour", "open", "albion-network"));
        answer = await trunk.InviteAsync(SipText.Invite("sip:dora@nowhere.example", trunk.Local, "sip:carol@albion.example"));
        Assert.Equal(404, SipText.Status(answer));
    }

    [Fact]
    [Provokes(Wire.Api, RefusalReason.Maintenance)]
    [Provokes(Wire.Nni, RefusalReason.Maintenance)]
    public async Task Booking_WithAnExchangeThatHasClosedUs_Is503WithRetryAfter()
    {
        await border.Liberty.Api.SendAsync(HttpMethod.Post, "neighbours/albion-exchange/close", new() { ["for"] = "0:01:00" });
        try
        {
            var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
            var reply = await border.BookAsync(border.Request("Closed", Duration.FromHours(19), border.World.Bob.Address));

            await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, RefusalReason.Maintenance);
        }
        finally
        {
            await border.Liberty.Api.SendAsync(HttpMethod.Post, "neighbours/albion-exchange/open", (System.Text.Json.Nodes.JsonObject?)null);
        }
    }

    [Fact]
    public async Task Close_WithAKeyOfAProvider_Is403()
    {
        var reply = await RawHttp.SendAsync(border.Albion.Party.Api, border.ProviderKey, HttpMethod.Post, "neighbours/albion-network/close", RawHttp.Json("{}"));

        Assert.Equal(403, reply.Status);
    }
}
