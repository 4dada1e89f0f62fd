using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Settlement;

/// <summary>Two exchanges with a book each, and the wire between them in the test's hands.</summary>
sealed class SettlementWorld : IAsyncDisposable, IClock
{
    public const string AgreementId = "albion-liberty";
    public const string Month = "2026-11";

    public static readonly Instant Noon = Instant.FromUtc(2026, 11, 22, 12, 0);

    public SettlementWorld(Store albionStore, Store libertyStore)
    {
        Albion = new Side("albion.example", "liberty.example", albionStore, this);
        Liberty = new Side("liberty.example", "albion.example", libertyStore, this);
    }

    public Side Albion { get; }

    public Side Liberty { get; }

    public Instant Now { get; set; } = Noon;

    public Instant GetCurrentInstant() => Now;

    /// <summary>Delivers what is on the wire, answers included, until it is empty.</summary>
    public async Task DeliverAsync()
    {
        while (Albion.Sent.Count + Liberty.Sent.Count > 0)
        {
            await DeliverAsync(Albion, Liberty);
            await DeliverAsync(Liberty, Albion);
        }
    }

    public static async Task DeliverAsync(Side from, Side to)
    {
        var messages = from.Sent.ToArray();
        from.Sent.Clear();
        foreach (var message in messages)
            await to.ReceiveAsync(message);
    }

    public static UsageRecord Participant(string id, string measuredBy, double seconds = 600, string party = "p1") => new()
    {
        Id = id,
        Agreement = AgreementId,
        AgreementHash = Side.Terms("x").VersionHash,
        Correlation = "c-" + id,
        Meeting = "mtg_1",
        Unit = ChargeUnit.ParticipantMinute,
        MeasuredBy = measuredBy,
        Party = party,
        Started = Noon - Duration.FromSeconds(seconds),
        Ended = Noon,
        BillableMs = (long)(seconds * 1000),
    };

    public async ValueTask DisposeAsync()
    {
        await Albion.Store.DisposeAsync();
        await Liberty.Store.DisposeAsync();
    }

    /// <summary>One exchange.</summary>
    public sealed class Side : IUsageTerms, IUsageWitness, INniOutbox
    {
        readonly string peer;
        readonly IClock clock;
        long sequence;

        public Side(string name, string peer, Store store, IClock clock)
        {
            Name = name;
            this.peer = peer;
            Store = store;
            this.clock = clock;
            Settlements = new Settlements(name, store, this, this, this, clock);
        }

        public string Name { get; }

        public Store Store { get; private set; }

        public Settlements Settlements { get; private set; }

        /// <summary>Messages committed and not delivered.</summary>
        public List<NniMessage> Sent { get; } = [];

        /// <summary>What this side saw; absent: nothing.</summary>
        public Dictionary<string, UsageObservation> Seen { get; } = [];

        /// <summary>The price of a minute in this side's tariff.</summary>
        public decimal Price { get; set; } = 0.03m;

        public Side? Other { get; set; }

        public void Restart(Store store)
        {
            Store = store;
            Settlements = new Settlements(Name, store, this, this, this, clock);
        }

        public Task<RecordOutcome> RecordAsync(UsageRecord record, bool propose = true, IReadOnlyList<LegQuality>? quality = null) => Store.WriteAsync(t =>
        {
            var outcome = Settlements.Book.Record(t, record, clock.GetCurrentInstant(), quality);
            if (propose)
                Settlements.Book.Propose(t, record.Id, clock.GetCurrentInstant());
            return outcome;
        });

        public Task ReceiveAsync(NniMessage message) => Store.WriteAsync(t => Settlements.Handlers[message.Type](t, message));

        public UsageEntry Entry(string id) => Store.Read(r => UsageBook.Find(r, id)) ?? throw new KeyNotFoundException($"{Name} has no {id}");

        public UsageState State(string id) => Entry(id).State;

        public Statement Statement() => Settlements.Statements.Build(AgreementId, Month)!;

        public UsageTerms? Find(string agreement, string versionHash) => Current(agreement) is { } t && t.VersionHash == versionHash ? t : null;

        public UsageTerms? Current(string agreement) => agreement == AgreementId ? Terms(peer, Price) : null;

        public UsageObservation? Observe(StoreReader reader, UsageRecord record) => Seen.GetValueOrDefault(record.Id);

        public void Enqueue(StoreTransaction transaction, string destination, string type, JsonObject body, Instant expires) => transaction.AfterCommit(() =>
            Sent.Add(new NniMessage(Name, $"{Name}-{++sequence}", sequence, type, JsonNode.Parse(body.ToJsonString())!.AsObject(), expires)));

        public Task<JsonObject> AskAsync(string destination, string type, JsonObject question, Duration timeout) =>
            Other!.Settlements.Queries[type](Name, question);

        public static UsageTerms Terms(string peer, decimal price = 0.03m)
        {
            var agreement = new Agreement
            {
                Id = AgreementId,
                Parties = ["albion", "liberty"],
                Stage = AgreementStage.Commercial,
                TimeZone = "Europe/London",
                Charges =
                [
                    new ChargeLeg { Unit = ChargeUnit.ParticipantMinute, Payer = "albion", Payee = "liberty", Tariff = "port" },
                    new ChargeLeg { Unit = ChargeUnit.CascadeMinute, Payer = "liberty", Payee = "albion", Tariff = "port" },
                ],
            };
            var tariff = new Tariff
            {
                Id = "port",
                Currency = "EUR",
                Rates =
                [
                    new Rate { Unit = ChargeUnit.ParticipantMinute, Price = price, Per = PriceBasis.Minute },
                    new Rate { Unit = ChargeUnit.CascadeMinute, Price = 0.01m, Per = PriceBasis.Minute },
                ],
            };
            return new UsageTerms(agreement, CanonicalJson.Hash(agreement), peer, [.. agreement.Charges.Select(leg => new PricedLeg(leg, tariff))]);
        }
    }
}
