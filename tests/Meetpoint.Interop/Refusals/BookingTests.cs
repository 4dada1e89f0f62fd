using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using NodaTime;

namespace Meetpoint.Interop.Refusals;

/// <summary>
/// Bookings that agreements do not let through, over the API of the organiser's exchange: refused there, or by the other exchange in a signed
/// message whose reason comes out of the same API.
/// </summary>
[Collection(BorderCollection.Name)]
public sealed class BookingTests(BorderWorld border)
{
    /// <summary>What is different about the agreement (nothing is left of it: null), and why a booking is refused then.</summary>
    public static TheoryData<string?, RefusalReason> Terms => new()
    {
        { null, RefusalReason.NoAgreement },
        { """{"stage":"draft"}""", RefusalReason.AgreementDraft },
        { """{"stage":"suspended"}""", RefusalReason.AgreementNotInForce },
        { """{"stage":"ended"}""", RefusalReason.AgreementNotInForce },
        { """{"validUntil":"2020-01-01T00:00:00Z"}""", RefusalReason.AgreementNotInForce },
        { """{"stage":"trial","testAccounts":["dan@albion.example"]}""", RefusalReason.NotATestAccount },
        { """{"services":[{"service":"directory"}]}""", RefusalReason.ServiceNotCovered },
        { """{"services":[{"service":"meeting","direction":"b-to-a"}]}""", RefusalReason.ServiceNotCovered },
        { """{"aToB":{"meetings":0}}""", RefusalReason.OverLimit },
    };

    [Theory]
    [MemberData(nameof(Terms))]
    [Provokes(
        Wire.Api, RefusalReason.NoAgreement, RefusalReason.AgreementDraft, RefusalReason.AgreementNotInForce, RefusalReason.NotATestAccount,
        RefusalReason.ServiceNotCovered, RefusalReason.OverLimit)]
    public Task Booking_ThatOurAgreementDoesNotLetThrough_IsAProblemWithTheIncidentOfItsLogLine(string? terms, RefusalReason reason) =>
        border.WhileAmendedAsync(border.Albion, Change(terms), async () =>
        {
            var mark = border.Log.Mark();
            var reply = await border.BookAsync(border.Request(reason.ToString(), Duration.FromHours(20), border.World.Bob.Address));
            await RefusalSeen.OnApiAsync(border, mark, reply, reason, "origin=albion", "target=liberty");
        });

    [Theory]
    [MemberData(nameof(Terms))]
    [Provokes(
        Wire.Nni, RefusalReason.NoAgreement, RefusalReason.AgreementDraft, RefusalReason.AgreementNotInForce, RefusalReason.NotATestAccount,
        RefusalReason.ServiceNotCovered, RefusalReason.OverLimit)]
    public Task Booking_ThatTheOtherSidesAgreementDoesNotLetThrough_IsTheSameProblemWithBothIncidents(string? terms, RefusalReason reason) =>
        border.WhileAmendedAsync(border.Liberty, Change(terms), async () =>
        {
            var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
            var reply = await border.BookAsync(border.Request(reason.ToString(), Duration.FromHours(20), border.World.Bob.Address));
            await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, reason);
        });

    [Fact]
    public Task Booking_UnderAnAgreementForOneMakeOfEquipment_IsNobodysEquipmentAndStands() =>
        border.WhileAmendedAsync(border.Albion, static agreement => agreement["profiles"] = new JsonArray("baresip"), async () =>
            Assert.Equal(201, (await border.BookAsync(border.Request("No phone books", Duration.FromHours(18), border.World.Bob.Address))).Status));

    [Fact]
    [Provokes(Wire.Nni, RefusalReason.OverLimit)]
    public Task Booking_OverTheAgreementsPortsOfTheOtherSide_Is429() =>
        border.WhileAmendedAsync(
            border.Liberty,
            static agreement =>
            {
                agreement["aToB"]!["ports"] = 1;
                agreement["bToA"]!["ports"] = 1;
            },
            async () =>
            {
                var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
                var reply = await border.BookAsync(border.Request("Too many", Duration.FromHours(21), border.World.Bob.Address));
                await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, RefusalReason.OverLimit);
            });

    [Fact]
    [Provokes(Wire.Api, RefusalReason.OverRate)]
    [Provokes(Wire.Nni, RefusalReason.OverRate)]
    public Task Booking_OfMoreRoomsThanTheRateAllows_Is429() =>
        border.WhileAmendedAsync(border.Liberty, static agreement => agreement["aToB"]!["callsPerSecond"] = 1, async () =>
        {
            var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
            var reply = await RoomsAsync("Two at once", Duration.FromHours(25), border.World.Boardroom.Address, "annexe@liberty.example");
            await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, RefusalReason.OverRate);
        });

    [Fact]
    [Provokes(Wire.Api, RefusalReason.NotOnWhiteList)]
    public async Task Booking_OfARoomOfOursWhoseWhiteListLacksTheOrganiser_Is403()
    {
        var mark = border.Log.Mark();
        var reply = await RoomsAsync("Closed", Duration.FromHours(26), "closed@albion.example");
        await RefusalSeen.OnApiAsync(border, mark, reply, RefusalReason.NotOnWhiteList);
    }

    [Fact]
    [Provokes(Wire.Nni, RefusalReason.NotOnWhiteList)]
    public async Task Booking_OfARoomOfTheirsWhoseWhiteListLacksTheOrganiser_Is403()
    {
        var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
        var reply = await RoomsAsync("Vault", Duration.FromHours(26), "vault@liberty.example");
        await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, RefusalReason.NotOnWhiteList);
    }

    [Fact]
    [Provokes(Wire.Api, RefusalReason.NoRoute)]
    public async Task Booking_WithAnInviteeThatNobodyServes_Is404()
    {
        var mark = border.Log.Mark();
        var reply = await border.BookAsync(border.Request("Nowhere", Duration.FromHours(22), "dora@nowhere.example"));
        await RefusalSeen.OnApiAsync(border, mark, reply, RefusalReason.NoRoute, "dora@nowhere.example");
    }

    [Fact]
    [Provokes(Wire.Nni, RefusalReason.NoRoute)]
    public async Task Booking_OfARoomThatTheOtherSideDoesNotHave_Is404()
    {
        var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
        var reply = await RoomsAsync("No such room", Duration.FromHours(22), "attic@liberty.example");
        await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, RefusalReason.NoRoute);
    }

    [Fact]
    [Provokes(Wire.Api, RefusalReason.EndpointNotFree)]
    public async Task Booking_OfARoomOfOursThatIsTaken_Is409AndSaysUntilWhen()
    {
        Assert.Equal(201, (await RoomsAsync("First", Duration.FromHours(23), "salon@albion.example")).Status);
        var mark = border.Log.Mark();
        var reply = await RoomsAsync("Second", Duration.FromHours(23), "salon@albion.example");
        await RefusalSeen.OnApiAsync(border, mark, reply, RefusalReason.EndpointNotFree, "until 20");
        Assert.Contains("until 20", (string?)reply.Body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    [Provokes(Wire.Nni, RefusalReason.EndpointNotFree)]
    public async Task Booking_OfARoomOfTheirsThatIsTaken_Is409AndSaysUntilWhen()
    {
        Assert.Equal(201, (await RoomsAsync("First", Duration.FromHours(23), border.World.Boardroom.Address)).Status);
        var (mark, libertyMark) = (border.Log.Mark(), border.LibertyLog.Mark());
        var reply = await RoomsAsync("Second", Duration.FromHours(23), border.World.Boardroom.Address);
        await RefusalSeen.OnNniAsync(border, mark, libertyMark, reply, RefusalReason.EndpointNotFree);
        Assert.Contains("until 20", (string?)reply.Body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    [Provokes(Wire.Api, RefusalReason.OriginNotAllowed)]
    public async Task Booking_WithTheKeyOfAnotherProvider_Is403AndTellsNothingOfItsAgreements()
    {
        var mark = border.Log.Mark();
        var reply = await RawHttp.SendAsync(
            border.Albion.Party.Api, border.ThamesKey, HttpMethod.Post, "meetings", RawHttp.Json(border.Request("Not yours", Duration.FromHours(20), "dora@nowhere.example")));
        await RefusalSeen.OnApiAsync(border, mark, reply, RefusalReason.OriginNotAllowed);
    }

    Task<RawHttp.Reply> RoomsAsync(string title, Duration fromNow, params string[] rooms)
    {
        var request = border.Request(title, fromNow);
        request["rooms"] = new JsonArray([.. rooms.Select(room => (JsonNode)room)]);
        return border.BookAsync(request);
    }

    static Action<JsonObject>? Change(string? terms) => terms is null ? null : agreement =>
    {
        foreach (var (name, value) in JsonNode.Parse(terms)!.AsObject())
            agreement[name] = value?.DeepClone();
    };
}
