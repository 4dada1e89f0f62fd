using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Settlement;

/// <summary>The tables of settlement.</summary>
public static class SettlementSchema
{
    /// <summary>Its steps, in order.</summary>
    public static readonly Migration[] Migrations =
    [
        new("settlement-001", "usage records, their charges, closed periods",
            """
            create table usage_records (
                id {text} primary key,
                agreement {text} not null,
                agreement_hash {text} not null,
                correlation {text} not null,
                meeting {text} not null,
                unit {text} not null,
                measured_by {text} not null,
                party {text} not null,
                started {bigint} not null,
                ended {bigint} not null,
                billable_ms {bigint} not null check (billable_ms >= 0),
                packets_in {bigint} not null,
                packets_out {bigint} not null,
                bytes_in {bigint} not null,
                bytes_out {bigint} not null,
                content_hash {text} not null,
                peer {text} not null,
                state {text} not null,
                reason {text},
                answer_by {bigint},
                witness_started {bigint},
                witness_ended {bigint},
                witness_packets_in {bigint},
                witness_packets_out {bigint}
            ) {strict}
            """,
            "create index usage_records_by_statement on usage_records (agreement, ended, state)",
            "create index usage_records_waiting on usage_records (answer_by) where state = 'proposed'",
            "create index usage_records_unsent on usage_records (id) where state = 'measured'",
            """
            create table usage_charges (
                record_id {text} not null references usage_records (id),
                leg {bigint} not null,
                payer {text} not null,
                payee {text} not null,
                tariff {text} not null,
                currency {text} not null,
                amount {text} not null,
                primary key (record_id, leg)
            ) {strict}
            """,
            """
            create table closed_periods (
                agreement {text} not null,
                period {text} not null,
                digest {text} not null,
                closed_at {bigint} not null,
                primary key (agreement, period)
            ) {strict}
            """),
        new("settlement-002", "whom a call was to", "alter table usage_records add column called {text}"),
        new("settlement-003", "what the witness of a roaming session was told",
            "alter table usage_records add column witness_bytes_in {bigint}",
            "alter table usage_records add column witness_bytes_out {bigint}",
            "alter table usage_records add column witness_ms {bigint}"),
        new("settlement-004", "how well each side heard it",
            "alter table usage_records add column quality {text}",
            "alter table usage_records add column witness_quality {text}"),
    ];
}
