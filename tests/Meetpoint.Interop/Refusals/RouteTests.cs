using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Refusals;

/// <summary>Nowhere to go, back where it came from, or too far: 404, 482, 483.</summary>
[Collection(BorderCollection.Name)]
public sealed class RouteTests(BorderWorld border)
{
    [Fact]
    [Provokes(Wire.Sip, RefusalReason.NoRoute)]
    public async Task Invite_ToAnAddressThatNobodyHas_Is404()
    {
        using var trunk = Trunk();
        var mark = border.Log.Mark();

        var answer = await trunk.InviteAsync(SipText.Invite("sip:dora@nowhere.example", trunk.Local, "sip:carol@albion.example"));

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.NoRoute, "dora@nowhere.example");
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.Loop)]
    public async Task Invite_ThatCameThroughHereAlready_Is482()
    {
        using var trunk = Trunk();
        var mark = border.Log.Mark();
        var vector = "P-Charging-Vector: icid-value=1;transit-ioi=\"thames.example.1, albion.example.2, liberty.example.3\"\r\n";

        var answer = await trunk.InviteAsync(SipText.Invite("sip:meet@albion.example", trunk.Local, "sip:carol@albion.example") with { More = vector });

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.Loop, "path=thames.example>albion.example>liberty.example");
    }

    [Fact]
    public async Task Invite_ThatComesAgainByAnotherWay_Is482Merged()
    {
        using var trunk = Trunk();
        var (_, code) = await border.MeetAsync("Merged", request => request["pin"] = "2468");
        var invite = SipText.Invite($"sip:{code}@albion.example", trunk.Local, "sip:carol@albion.example");
        trunk.Send(invite.ToString());
        await trunk.AnswerAsync("1 INVITE", provisional: 183, invite.EffectiveCallId);
        var mark = border.Log.Mark();

        // The same request with another top Via: a fork that met itself (RFC 3261 section 8.2.2.2).
        var again = invite with { Branch = "z9hG4bKother" + Environment.ProcessId, CallId = invite.EffectiveCallId, FromTag = invite.EffectiveFromTag };
        var answer = await trunk.InviteAsync(again);

        Assert.Equal(482, SipText.Status(answer));
        await border.Log.OneLineAsync(mark, "[1014] refused.loop ");
        trunk.Send((invite with { Method = "CANCEL", ContentType = null, Body = "" }).ToString());
        Assert.Equal(487, SipText.Status(await trunk.FinalAsync(invite)));
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.TooManyHops)]
    public async Task Invite_WithoutHopsLeftThatMustGoOn_Is483()
    {
        using var trunk = Trunk();
        await border.WhileAmendedAsync(border.Albion, agreement => agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "call" }), async () =>
        {
            var mark = border.Log.Mark();

            var answer = await trunk.InviteAsync(SipText.Invite("sip:bob@liberty.example", trunk.Local, "sip:carol@albion.example") with { MaxForwards = 0 });

            await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.TooManyHops);
        });
    }

    [Fact]
    public async Task Invite_WithAPathThatIsTooLong_Is483()
    {
        using var trunk = Trunk();
        var mark = border.Log.Mark();
        var path = string.Join(", ", Enumerable.Range(1, 8).Select(i => $"hop{i}.example.{i}"));

        var answer = await trunk.InviteAsync(
            SipText.Invite("sip:meet@albion.example", trunk.Local, "sip:carol@albion.example") with { More = $"P-Charging-Vector: icid-value=1;transit-ioi=\"{path}\"\r\n" });

        await RefusalSeen.OnSipAsync(border, mark, answer, RefusalReason.TooManyHops, "path=hop1.example>hop2.example>");
    }

    RawSip Trunk() => RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
}
