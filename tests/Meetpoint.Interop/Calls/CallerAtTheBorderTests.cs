using System.Text.Json.Nodes;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Calls;

/// <summary>Who calls and who is called, as each side of a call sees it: what is withheld, and numbers in their international form.</summary>
[Collection(BorderCollection.Name)]
public sealed class CallerAtTheBorderTests(BorderWorld border)
{
    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Caller_WhoIsWithheld_IsUnknownToTheCalledForAsLongAsTheCallLasts(string mode)
    {
        await AgreeAsync(mode);
        using var call = await TalkingPair.StartAsync(border, "Privacy: id\r\nP-Asserted-Identity: <sip:carol@thames.example>\r\n");

        Assert.StartsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", SipText.Header(call.Asked, "From"), StringComparison.Ordinal);
        Assert.Null(SipText.Header(call.Asked, "P-Asserted-Identity"));
        Assert.StartsWith("<sip:carol@thames.example>;tag=", SipText.Header(call.Answer, "From"), StringComparison.Ordinal);
        call.Caller.Send(call.Within("INFO", 2).ToString());
        var told = await call.Callee.RequestAsync("INFO");
        Assert.DoesNotContain("carol@", told, StringComparison.Ordinal);
        call.Callee.Send(Answering.To(told, 200, "OK", call.Callee.Local));
        Assert.StartsWith("<sip:carol@thames.example>;tag=", SipText.Header(await call.Caller.AnswerAsync("2 INFO"), "From"), StringComparison.Ordinal);
        await call.EndAsync(3);
    }

    [Fact]
    public async Task Number_InTheSendersNationalForm_ReachesTheCalledInItsInternationalForm()
    {
        await AgreeAsync("transparent");
        await BorderWorld.ChangeAsync(border.Albion, world =>
        {
            world["providers"]!.AsArray().Single(provider => (string?)provider!["id"] == "thames")!["numbering"] =
                new JsonObject { ["country"] = "44", ["nationalPrefix"] = "0", ["shortCodes"] = new JsonArray("118xxx"), ["emergencyCodes"] = new JsonArray("999") };
            BorderWorld.Add(world, "neighbours", $$"""{"id":"albion-switch","provider":"albion","kind":"sip-trunk","sipUri":"sip:{{border.Salon}}","listener":"udp","sourceAddresses":["{{border.Salon.Host}}"]}""");
            BorderWorld.Add(world, "routes", """{"id":"albion-numbers","prefix":"+44161","provider":"albion","candidates":[{"via":"albion-switch"}]}""");
        });
        try
        {
            using var caller = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
            using var callee = RawSip.Bind(border.Salon, border.Albion.Party.Sip);
            var invite = SipText.Invite($"sip:01614960000@{border.Albion.Party.Trunk};user=phone", caller.Local, "sip:carol@thames.example");
            caller.Send(invite.ToString());
            var asked = await callee.RequestAsync("INVITE");
            Assert.StartsWith($"INVITE sip:+441614960000@{border.Salon};user=phone SIP/2.0", asked, StringComparison.Ordinal);
            callee.Send(Answering.To(asked, 404, "Not Found", callee.Local));
            Assert.Equal(404, SipText.Status(await caller.FinalAsync(invite)));

            var wrong = SipText.Invite($"tel:+0123", caller.Local, "sip:carol@thames.example");
            caller.Send(wrong.ToString());
            Assert.Equal(484, SipText.Status(await caller.FinalAsync(wrong)));
        }
        finally
        {
            await BorderWorld.ChangeAsync(border.Albion, world =>
            {
                world["providers"]!.AsArray().Single(provider => (string?)provider!["id"] == "thames")!.AsObject().Remove("numbering");
                Remove(world, "routes", "albion-numbers");
                Remove(world, "neighbours", "albion-switch");
            });
        }
    }

    static void Remove(JsonObject world, string kind, string id)
    {
        var items = world[kind]!.AsArray();
        items.Remove(items.Single(item => (string?)item!["id"] == id));
    }

    Task AgreeAsync(string mode) => border.AgreeAsync($"\"stage\":\"commercial\",\"services\":[{{\"service\":\"call\"}}],\"calls\":{{\"mode\":\"{mode}\"}}");
}
