using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings;

/// <summary>What an exchange saw of the other side's use, over its own crashes and the other's.</summary>
public sealed class SightingsTests : IDisposable, IClock
{
    const string Session = "0123456789abcdef0123456789abcdef";

    static readonly Instant _start = Instant.FromUtc(2026, 1, 5, 9, 0);

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-sightings-").FullName;
    Instant _now = _start;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public Instant GetCurrentInstant() => _now;

    [Theory]
    [InlineData(40, 40)] // told late, and nothing of ours says otherwise
    [InlineData(20, 30)] // not before our own last sign
    public async Task End_ToldLate_CountsFromWhenItIsToldOfButNotBeforeTheLastSign(int toldSecond, int expectedSecond)
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        await store.WriteAsync(transaction => sightings.Begin(transaction, Bob(0)));
        sightings.Seen(Session, At(30));
        _now = At(100);

        await store.WriteAsync(transaction => sightings.End(transaction, Bob(toldSecond)));

        Seen(store, sightings, Record(ChargeUnit.ParticipantMinute, 0))!.Ended.ShouldBe(At(expectedSecond));
    }

    [Fact]
    public async Task End_OfWhatWasNeverSeen_IsAUseOfNoTime()
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        _now = At(100);

        await store.WriteAsync(transaction => sightings.End(transaction, Bob(50)));

        Seen(store, sightings, Record(ChargeUnit.ParticipantMinute, 50)).ShouldBe(new UsageObservation(At(50), At(50)));
    }

    [Theory]
    [InlineData(false, 50, 50)] // told of it too late, and no sign of it: of no time, when it says
    [InlineData(true, 90, 95)] // but we saw it
    public async Task End_BeforeItWasToldToHaveBegun_IsAUseOfNoTimeUnlessItWasSeen(bool seen, int startedSecond, int endedSecond)
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        _now = At(100);
        await store.WriteAsync(transaction => sightings.Begin(transaction, Bob(90)));
        if (seen)
            sightings.Seen(Session, At(95));

        await store.WriteAsync(transaction => sightings.End(transaction, Bob(50)));
        await sightings.FlushAsync();

        Seen(store, sightings, Record(ChargeUnit.ParticipantMinute, 50)).ShouldBe(new UsageObservation(At(startedSecond), At(endedSecond)));
    }

    [Fact]
    public async Task Observe_WhatBeganWhileThisExchangeWasDown_IsAUseOfNoTimeAndElseUnseen()
    {
        await using var store = Open();
        var before = new Sightings(store, this);
        await store.WriteAsync(transaction => before.Begin(transaction, Bob(0)));
        before.Seen(Session, At(60));
        await before.FlushAsync();
        _now = At(90);
        var after = new Sightings(store, this);
        await after.RecoverAsync();

        Seen(store, after, Record(ChargeUnit.CascadeMinute, 75, "another")).ShouldBe(new UsageObservation(At(75), At(75)));
        Seen(store, after, Record(ChargeUnit.CascadeMinute, 30, "another")).ShouldBeNull("it was up then");
        Seen(store, after, Record(ChargeUnit.CascadeMinute, 120, "another")).ShouldBeNull("it is up since");
    }

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(2_000, true)]
    public async Task Observe_ACascadeWithoutASign_HasEndedAtTheLast(int silentMs, bool ended)
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        sightings.Begin(new Sighting(Session, "mtg_1", "liberty.example", At(0)));
        sightings.Seen(Session, At(30));
        _now = At(30) + Duration.FromMilliseconds(silentMs);

        Seen(store, sightings, Record(ChargeUnit.CascadeMinute, 0))!.Ended.ShouldBe(ended ? At(30) : null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Observe_InTheCommitThatTellsOfIt_SeesTheBeginningAndTheEnd(bool beganBefore)
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        _now = At(1);
        await sightings.RecoverAsync(); // down until now: what is not found would count as over at once
        _now = At(40);
        if (beganBefore)
            await store.WriteAsync(transaction => sightings.Begin(transaction, Bob(0)));

        var seen = await store.WriteAsync(transaction =>
        {
            sightings.Begin(transaction, Bob(0)); // told late, the three at once, when the link is back
            sightings.End(transaction, Bob(30));
            return sightings.Observe(transaction, Record(ChargeUnit.ParticipantMinute, 0));
        });

        seen.ShouldBe(new UsageObservation(At(0), At(30)));
    }

    [Fact]
    public async Task Observe_SomethingElseUnderTheSession_IsUnseen()
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        await sightings.RecoverAsync();
        await store.WriteAsync(transaction => sightings.Begin(transaction, Bob(0) with { Meeting = "mtg_2" }));

        Seen(store, sightings, Record(ChargeUnit.ParticipantMinute, 0)).ShouldBeNull("it was another meeting");
    }

    static UsageObservation? Seen(SqlStore store, Sightings sightings, UsageRecord record) => store.Read(reader => sightings.Observe(reader, record));

    static Instant At(int second) => _start + Duration.FromSeconds(second);

    static Sighting Bob(int second) => new(Session, "mtg_1", "bob@liberty.example", At(second));

    static UsageRecord Record(ChargeUnit unit, int second, string session = Session) => new()
    {
        Id = "grn_1",
        Agreement = "albion-liberty",
        AgreementHash = "hash",
        Correlation = session,
        Meeting = "mtg_1",
        Unit = unit,
        MeasuredBy = "liberty.example",
        Party = "bob@liberty.example",
        Started = At(second),
        Ended = At(second + 1),
        BillableMs = 1_000,
    };

    SqlStore Open() => SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "sightings.db")), Migrations.All);
}
