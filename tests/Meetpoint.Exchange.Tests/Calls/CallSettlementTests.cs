using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Tests.Settlement;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls;

/// <summary>Finished calls become records under each agreement that charges for them: of this exchange alone, proposed, or witnessed.</summary>
public sealed class CallSettlementTests : IAsyncDisposable
{
    const string Here = "albion.example";
    const string Month = "2026-11";

    static readonly Instant Start = Instant.FromUtc(2026, 11, 22, 12, 0);

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-calls-").FullName;
    readonly SqlStore _store;
    readonly SettlementWorld.Side _outbox;
    readonly World _world;
    readonly CallSettlement _settlement;
    readonly Settlements _settlements;

    // Albion and Thames are served here, Liberty by its own exchange. Hub carries between Thames and Liberty.
    public CallSettlementTests()
    {
        _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All);
        var clock = new StillClock();
        _outbox = new SettlementWorld.Side(Here, "liberty.example", _store, clock);
        _world = World.Build(Document(), Here, new LimitBook());
        var terms = new WorldUsageTerms(() => _world, new WorldStore(_store, clock));
        var sightings = new CallSightings(_outbox);
        _settlements = new Settlements(Here, _store, _outbox, terms, sightings, clock);
        _settlement = new CallSettlement(new None(), _settlements.Book, terms, sightings, () => _world, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Call_BetweenTwoPartiesOfThisExchange_IsAgreedPricedAndOnTheStatement()
    {
        await EndAsync(Call("call_1", 61_200, Link("thames-albion", aToB: true)));
        var entry = Entry("call_1")!;
        (entry.State, entry.Unit, entry.Peer, entry.MeasuredBy, entry.Meeting).ShouldBe((UsageState.Agreed, ChargeUnit.CallMinute, Here, Here, "call_1"));
        (entry.Party, entry.Called, entry.BillableMs).ShouldBe(("+442079460000", "bob@liberty.example", 61_200));
        _outbox.Sent.ShouldBeEmpty("there is nobody to ask");
        var statement = _settlements.Statements.Build("thames-albion", Month)!;
        var leg = statement.Legs.ShouldHaveSingleItem("Thames called: its leg alone");
        (leg.Payer, leg.Payee, leg.Unit, leg.Total.ToString()).ShouldBe(("thames", "albion", ChargeUnit.CallMinute, "EUR 0.031"));
        statement.ToJson()["lines"]![0]!["called"]!.GetValue<string>().ShouldBe("bob@liberty.example");
        (await _settlements.Statements.CompareAsync("thames-albion", Month, Duration.FromSeconds(1))).AreEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task Call_TheOtherWay_IsPaidByWhoCalls()
    {
        await EndAsync(Call("call_1", 60_000, Link("thames-albion", aToB: false)));
        var leg = _settlements.Statements.Build("thames-albion", Month)!.Legs.ShouldHaveSingleItem();
        (leg.Payer, leg.Payee, leg.Total.ToString()).ShouldBe(("albion", "thames", "EUR 0.06"));
    }

    [Fact]
    public async Task Call_ToAFreephone_IsPaidByWhoIsCalled()
    {
        await EndAsync(Call("call_1", 60_000, Link("hub-albion", aToB: true)));
        var leg = _settlements.Statements.Build("hub-albion", Month)!.Legs.ShouldHaveSingleItem();
        (leg.Payer, leg.Payee).ShouldBe(("albion", "hub"));
    }

    [Fact]
    public async Task Call_ByWayOfAThirdParty_IsOnBothStatements()
    {
        await EndAsync(Call("call_1", 60_000, Link("thames-hub", aToB: true), Link("hub-albion", aToB: true)));
        (Entry("call_1")!.Agreement, Entry("call_1-2")!.Agreement).ShouldBe(("thames-hub", "hub-albion"));
        _settlements.Statements.Build("thames-hub", Month)!.Legs.ShouldHaveSingleItem().Total.ToString().ShouldBe("EUR 0.03");
        _settlements.Statements.Build("hub-albion", Month)!.Legs.ShouldHaveSingleItem().Total.ToString().ShouldBe("EUR 0.03");
    }

    [Fact]
    public async Task Call_ThatNothingIsChargedFor_HasNoRecord()
    {
        await EndAsync(Call("call_1", 60_000, Link("thames-albion", aToB: true) with { Charges = [] }));
        Entry("call_1").ShouldBeNull();
    }

    [Fact]
    public async Task Call_ToAnotherExchange_IsMeasuredHereAndProposed()
    {
        await EndAsync(Call("call_1", 60_000, Link("albion-liberty", aToB: true)));
        (Entry("call_1")!.State, Entry("call_1")!.Peer).ShouldBe((UsageState.Proposed, "liberty.example"));
        var proposal = _outbox.Sent.ShouldHaveSingleItem();
        proposal.Type.ShouldBe(UsageMessages.Propose);
        proposal.Body["charges"]!.AsArray().ShouldHaveSingleItem()!["payer"]!.GetValue<string>().ShouldBe("albion");
    }

    [Fact]
    public async Task Call_FromAnotherExchange_IsWitnessedOnce()
    {
        var call = Call("call_1", 60_000, Link("albion-liberty", aToB: false));
        await EndAsync(call);
        Entry("call_1").ShouldBeNull("the other side measures");

        await ProposeAsync(Proposed("their_1", Duration.Zero));
        Entry("their_1")!.State.ShouldBe(UsageState.Agreed);
        await ProposeAsync(Proposed("their_2", Duration.Zero));
        Entry("their_2")!.State.ShouldBe(UsageState.Proposed, "that call was countersigned; it waits for another");
    }

    [Fact]
    public async Task Call_OfASessionWithSeveral_IsComparedWithItsOwn()
    {
        await EndAsync(Call("call_1", 60_000, Link("albion-liberty", aToB: false)));
        var later = Duration.FromMinutes(10);
        await EndAsync(Call("call_2", 5_000, Link("albion-liberty", aToB: false)) with { Started = Start + later, Ended = Start + later + Duration.FromSeconds(5) });
        await ProposeAsync(Proposed("their_2", later, 5_000));
        await ProposeAsync(Proposed("their_1", Duration.Zero));
        (Entry("their_1")!.State, Entry("their_2")!.State).ShouldBe((UsageState.Agreed, UsageState.Agreed));
    }

    [Fact]
    public async Task Call_LongerThanWasSeen_IsDisputed()
    {
        await EndAsync(Call("call_1", 60_000, Link("albion-liberty", aToB: false)));
        await ProposeAsync(Proposed("their_1", Duration.Zero, 90_000));
        (Entry("their_1")!.State, Entry("their_1")!.Reason).ShouldBe((UsageState.Disputed, UsageReason.Duration));
    }

    [Fact]
    public async Task Call_InAClosedPeriod_IsOffTheStatement()
    {
        await _store.WriteAsync(transaction => _settlements.Statements.Close(transaction, "thames-albion", Month, Start));
        await EndAsync(Call("call_1", 60_000, Link("thames-albion", aToB: true)));
        (Entry("call_1")!.State, Entry("call_1")!.Reason).ShouldBe((UsageState.Disputed, UsageReason.Closed));
        _settlements.Statements.Build("thames-albion", Month)!.Lines.ShouldBeEmpty();
    }

    Task EndAsync(CompletedGrant grant) => _store.WriteAsync(transaction => _settlement.Record(transaction, grant));

    UsageEntry? Entry(string id) => _store.Read(reader => UsageBook.Find(reader, id));

    /// <summary>What Liberty's exchange says of a call of its customer's.</summary>
    Task ProposeAsync(UsageRecord record)
    {
        var charges = new WorldUsageTerms(() => _world, new WorldStore(_store, new StillClock())).Current("albion-liberty")!.Price(record);
        var body = UsageMessages.Body(new UsageProposal { Record = record, Charges = charges }, UsageJson.Default.UsageProposal);
        return _store.WriteAsync(transaction => _settlements.Countersigner.HandlePropose(
            transaction, new("liberty.example", record.Id, 1, UsageMessages.Propose, body, Start + Duration.FromDays(1))));
    }

    UsageRecord Proposed(string id, Duration later, long milliseconds = 60_000) => new()
    {
        Id = id,
        Agreement = "albion-liberty",
        AgreementHash = Link("albion-liberty", true).Hash,
        Correlation = Session.ToString(),
        Meeting = id,
        Unit = ChargeUnit.CallMinute,
        MeasuredBy = "liberty.example",
        Party = "bob@liberty.example",
        Called = "+442079460000",
        Started = Start + later,
        Ended = Start + later + Duration.FromMilliseconds(milliseconds),
        BillableMs = milliseconds,
    };

    static CorrelationId Session => new(1, 2);

    CompletedGrant Call(string id, long milliseconds, params GrantLink[] links) => new()
    {
        Id = id,
        Correlation = Session,
        Kind = GrantKind.Call,
        Origin = "thames",
        Target = "albion",
        Subject = "+442079460000",
        Called = "bob@liberty.example",
        Links = [.. links],
        Started = Start,
        Ended = Start + Duration.FromMilliseconds(milliseconds),
        Quantities = new GrantQuantities(milliseconds),
        Ending = GrantEnding.Completed,
    };

    GrantLink Link(string agreement, bool aToB)
    {
        var link = _world.Links.First(each => each.Agreement.Id == agreement && each.AToB == aToB);
        return new GrantLink(agreement, 1, link.VersionHash, aToB, link.Agreement.Charges);
    }

    static WorldDocument Document() => new()
    {
        Providers =
        [
            new Provider { Id = "albion", Name = "Albion", Exchange = Here },
            new Provider { Id = "thames", Name = "Thames", Exchange = Here },
            new Provider { Id = "hub", Name = "Hub", Exchange = Here },
            new Provider { Id = "liberty", Name = "Liberty", Exchange = "liberty.example" },
        ],
        Agreements =
        [
            Agreement("thames", "albion", Leg("thames", "albion", "near"), Leg("albion", "thames", "far")),
            Agreement("thames", "hub", Leg("thames", "hub", "near")),
            Agreement("hub", "albion", Leg("albion", "hub", "near") with { CustomersOf = "hub" }),
            Agreement("albion", "liberty", Leg("albion", "liberty", "near"), Leg("liberty", "albion", "far")),
        ],
        Tariffs = [Tariff("near", 0.03m), Tariff("far", 0.06m)],
    };

    static Agreement Agreement(string a, string b, params ChargeLeg[] charges) => new()
    {
        Id = $"{a}-{b}",
        Parties = [a, b],
        Stage = AgreementStage.Commercial,
        Services = [new ServiceTerm { Service = Service.Call }],
        Transit = true,
        Charges = [.. charges],
    };

    static ChargeLeg Leg(string payer, string payee, string tariff) => new() { Unit = ChargeUnit.CallMinute, Payer = payer, Payee = payee, Tariff = tariff };

    static Tariff Tariff(string id, decimal price) =>
        new() { Id = id, Currency = "EUR", Rates = [new Rate { Unit = ChargeUnit.CallMinute, Price = price, Per = PriceBasis.Minute }] };

    sealed class None : ISettlementSink
    {
        public void Record(StoreTransaction transaction, CompletedGrant grant) => throw new InvalidOperationException("a call is nothing else");
    }

    sealed class StillClock : IClock
    {
        public Instant GetCurrentInstant() => Start + Duration.FromMinutes(11);
    }
}
