using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Net;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Interop.Calls;

/// <summary>What calls cost, between two trunks of one exchange and between two exchanges, and how they went, as both parties see it.</summary>
[Collection(BorderCollection.Name)]
public sealed class CallMoneyTests(BorderWorld border)
{
    const string Terms =
        """
        "stage":"commercial","services":[{"service":"call"}],"calls":{"mode":"transparent"},
        "charges":[{"unit":"call-minute","payer":"thames","payee":"albion","tariff":"calls"},{"unit":"call-minute","payer":"albion","payee":"thames","tariff":"calls"}]
        """;

    /// <summary>A PBX of Albion's own network, to which two ranges of numbers go.</summary>
    NetAddress Pbx => border.Albion.Party.Address(64, 5_060);

    [Fact]
    public Task Call_BetweenTwoTrunks_IsOnBothPartiesStatements() => WithPbxAsync(async () =>
    {
        using var caller = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(Pbx, border.Albion.Party.Trunk);
        await TalkAsync(caller, callee, "+442095550001", TimeSpan.FromSeconds(1.2));

        var line = await Expect.EventuallyAsync(
            async () => (await StatementAsync(border.ThamesKey))["lines"]!.AsArray().LastOrDefault(each => (string?)each!["called"] == "+442095550001"), BorderWorld.Soon,
            "the call on Thames' statement", border.Albion.Process.LogTail);
        Assert.Equal(("call-minute", "carol@thames.example", "albion.example"), ((string?)line!["unit"], (string?)line["party"], (string?)line["measuredBy"]));
        Assert.InRange((long)line["billableMs"]!, 1_150, 1_999);
        var charge = Assert.Single(line["charges"]!.AsArray());
        Assert.Equal(("thames", "albion", "EUR 0.002"), ((string?)charge!["payer"], (string?)charge["payee"], (string?)charge["amount"])); // two begun seconds at 0.06 a minute
        Assert.Equal((string?)(await StatementAsync(border.ThamesKey))["digest"], (string?)(await StatementAsync(border.ProviderKey))["digest"]);

        var (code, text) = await border.PrintAsync("usage", "list", "--agreement", "thames-albion");
        Assert.Equal(0, code);
        Assert.Contains("+442095550001", text, StringComparison.Ordinal);
        Assert.Contains("agreed", text, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Call_BetweenTwoExchanges_IsCountersignedAndOnBothStatements()
    {
        foreach (var exchange in border.World.Exchanges)
            await BorderWorld.ChangeAsync(exchange, AddTariff);
        await border.WhileBothAmendAsync(ChargeForCalls, async () =>
        {
            using var caller = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
            using var callee = RawSip.Bind(border.Liberty.Party.Address(82, 5_060), border.Liberty.Party.Sip);
            var invite = SipText.Invite("sip:annexe@liberty.example", caller.Local, "sip:carol@albion.example");
            caller.Send(invite.ToString());
            callee.Send(Answering.To(await callee.RequestAsync("INVITE"), 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
            var answer = await caller.AnswerAsync("1 INVITE");
            caller.Send(invite.Within(answer, "ACK", 1).ToString());
            await callee.RequestAsync("ACK");
            await LastsAsync("annexe@liberty.example", TimeSpan.FromSeconds(1.2));
            caller.Send(invite.Within(answer, "BYE", 2).ToString());
            callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
            Assert.Equal(200, SipText.Status(await caller.AnswerAsync("2 BYE")));

            var ours = await LineAsync(border.Albion);
            var theirs = await LineAsync(border.Liberty);
            Assert.Equal(("albion.example", "annexe@liberty.example"), ((string?)ours["measuredBy"], (string?)ours["called"]));
            Assert.Equal("EUR 0.002", (string?)Assert.Single(ours["charges"]!.AsArray())!["amount"]);
            Assert.Equal(ours.ToJsonString(), theirs.ToJsonString());
        });

        Task<JsonNode> LineAsync(DemoExchange exchange) => Expect.EventuallyAsync(
            async () => (await exchange.Api.GetAsync("agreements/albion-liberty/statement"))["lines"]!.AsArray().LastOrDefault(line => (string?)line!["unit"] == "call-minute"),
            BorderWorld.Soon, $"the call on the statement of {exchange.Party.Id}", exchange.Process.LogTail)!;

        static void ChargeForCalls(JsonObject agreement)
        {
            agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "call" });
            agreement["charges"]!.AsArray().Add(new JsonObject { ["unit"] = "call-minute", ["payer"] = "albion", ["payee"] = "liberty", ["tariff"] = "calls" });
        }
    }

    [Fact]
    public Task Statistics_AfterAnAnsweredABusyAndAnUnansweredCall_HaveEach() => WithPbxAsync(async () =>
    {
        using var caller = RawSip.Bind(border.ThamesTrunk, border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(Pbx, border.Albion.Party.Trunk);
        await TalkAsync(caller, callee, "+442096660001", TimeSpan.FromSeconds(0.3));

        var busy = Invite(caller, "+442096660002");
        caller.Send(busy.ToString());
        callee.Send(Answering.To(await callee.RequestAsync("INVITE"), 486, "Busy Here", callee.Local));
        Assert.Equal(486, SipText.Status(await caller.FinalAsync(busy)));
        await callee.RequestAsync("ACK");

        var givenUp = Invite(caller, "+442096660003");
        caller.Send(givenUp.ToString());
        var asked = await callee.RequestAsync("INVITE");
        callee.Send(Answering.To(asked, 180, "Ringing", callee.Local));
        await caller.AnswerAsync("1 INVITE", provisional: 180);
        caller.Send((givenUp with { Method = "CANCEL", ContentType = null, Body = "", CallId = givenUp.EffectiveCallId, FromTag = givenUp.EffectiveFromTag }).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("CANCEL"), 200, "OK", callee.Local));
        callee.Send(Answering.To(asked, 487, "Request Terminated", callee.Local));
        Assert.Equal(487, SipText.Status(await caller.FinalAsync(givenUp)));
        await callee.RequestAsync("ACK");

        var (code, text) = await border.PrintAsync("calls", "statistics", "--destination", "+442096", "--since", "1h", "--output", "json");
        Assert.True(code == 0, text);
        var rows = JsonNode.Parse(text)!.AsArray();
        Assert.Equal(["albion-pbx outgoing", "thames-network incoming"], rows.Select(row => $"{row!["partner"]} {row["direction"]}").Order());
        foreach (var row in rows)
        {
            Assert.Equal((3L, 1L, 3L), ((long)row!["attempts"]!, (long)row["answered"]!, (long)row["effective"]!));
            Assert.Equal((0.3333, 1.0), ((double)row["asr"]!, (double)row["ner"]!));
            Assert.InRange((double)row["acdSeconds"]!, 0.25, 5);
            Assert.InRange((long)row["pddMedianMs"]!, 0, 5_000);
            Assert.Equal(["16 x2", "17 x1"], row["causes"]!.AsArray().Select(cause => string.Create(CultureInfo.InvariantCulture, $"{cause!["cause"]} x{cause["attempts"]}")));
        }

        // Each party sees its own trunk alone.
        var seen = await RawHttp.SendAsync(border.Albion.Party.Api, border.ThamesKey, HttpMethod.Get, "calls/statistics?destination=%2B442096");
        Assert.Equal("thames-network", (string?)Assert.Single(seen.Body!["items"]!.AsArray())!["partner"]);
    });

    async Task<JsonObject> StatementAsync(string key) =>
        (await RawHttp.SendAsync(border.Albion.Party.Api, key, HttpMethod.Get, "agreements/thames-albion/statement")).Body!;

    static SipText Invite(RawSip caller, string number) => SipText.Invite($"sip:{number}@albion.example", caller.Local, "sip:carol@thames.example");

    /// <summary>Waits until Albion's exchange has a call on for so long: it is what is charged for.</summary>
    Task LastsAsync(string called, TimeSpan length) => Expect.EventuallyAsync(
        async () => (await border.Albion.Api.GetAsync("calls"))["items"]!.AsArray().FirstOrDefault(call => ((string)call!["called"]!).Contains(called, StringComparison.Ordinal)
            && call["answered"] is { } since && InstantPattern.ExtendedIso.Parse((string)since!).Value + Duration.FromTimeSpan(length) <= SystemClock.Instance.GetCurrentInstant()),
        BorderWorld.Soon, $"the call to {called} to be on for {length}", border.Albion.Process.LogTail);

    async Task TalkAsync(RawSip caller, RawSip callee, string number, TimeSpan length)
    {
        var invite = Invite(caller, number);
        caller.Send(invite.ToString());
        var asked = await callee.RequestAsync("INVITE");
        callee.Send(Answering.To(asked, 180, "Ringing", callee.Local));
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var answer = await caller.AnswerAsync("1 INVITE");
        Assert.Equal(200, SipText.Status(answer));
        var routes = string.Concat(answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => $"Route:{line["Record-Route:".Length..]}\r\n"));
        SipText Within(string method, int sequence) => invite.Within(answer, method, sequence) with { Uri = $"sip:callee@{callee.Local}", More = routes };
        caller.Send(Within("ACK", 1).ToString());
        await callee.RequestAsync("ACK");
        await LastsAsync(number, length);
        caller.Send(Within("BYE", 2).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync("2 BYE")));
    }

    async Task WithPbxAsync(Func<Task> during)
    {
        string[] prefixes = ["+442095", "+442096"];
        await BorderWorld.ChangeAsync(border.Albion, world =>
        {
            AddTariff(world);
            BorderWorld.Add(world, "neighbours", $$"""{"id":"albion-pbx","provider":"albion","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{Pbx.Host}}"],"sipUri":"sip:{{Pbx}}"}""");
            foreach (var prefix in prefixes)
                BorderWorld.Add(world, "routes", $$"""{"id":"pbx-{{prefix[1..]}}","prefix":"{{prefix}}","candidates":[{"via":"albion-pbx"}]}""");
        });
        try
        {
            await border.AgreeAsync(Terms);
            await during();
        }
        finally
        {
            // Who has a trunk with an address takes calls to everyone of Albion's.
            await BorderWorld.ChangeAsync(border.Albion, world =>
            {
                foreach (var kind in (string[])["routes", "neighbours"])
                    world[kind] = new JsonArray([.. world[kind]!.AsArray().Where(item => !((string)item!["id"]!).Contains("pbx", StringComparison.Ordinal)).Select(item => item!.DeepClone())]);
            });
        }
    }

    static void AddTariff(JsonObject world)
    {
        if (world["tariffs"]!.AsArray().All(tariff => (string?)tariff!["id"] != "calls"))
            BorderWorld.Add(world, "tariffs", """{"id":"calls","currency":"EUR","rates":[{"unit":"call-minute","price":"0.06","per":"minute"}]}""");
    }
}
