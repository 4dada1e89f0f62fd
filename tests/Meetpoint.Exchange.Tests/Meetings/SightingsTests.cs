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

        sightings.Observe(Record(ChargeUnit.ParticipantMinute, 0))!.Ended.ShouldBe(At(expectedSecond));
    }

    [Fact]
    public async Task End_OfWhatWasNeverSeen_IsAUseOfNoTime()
    {
        await using var store = Open();
        var sightings = new Sightings(store, this);
        _now = At(100);

        await store.WriteAsync(transaction => sightings.End(transaction, Bob(50)));

        sightings.Observe(Record(ChargeUnit.ParticipantMinute, 50)).ShouldBe(new UsageObservation(At(50), At(50)));
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

        after.Observe(Record(ChargeUnit.CascadeMinute, 75, "another")).ShouldBe(new UsageObservation(At(75), At(75)));
        after.Observe(Record(ChargeUnit.CascadeMinute, 30, "another")).ShouldBeNull("it was up then");
        after.Observe(Record(ChargeUnit.CascadeMinute, 120, "another")).ShouldBeNull("it is up since");
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

        sightings.Observe(Record(ChargeUnit.CascadeMinute, 0))!.Ended.ShouldBe(ended ? At(30) : null);
    }

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
