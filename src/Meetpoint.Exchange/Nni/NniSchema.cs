using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Nni;

/// <summary>The tables of this slice.</summary>
static class NniSchema
{
    /// <summary>In order of application.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new Migration(
            "nni-001", "outbox and inbox",
            """
            create table nni_stream (
                destination {text} not null primary key,
                epoch {bigint} not null,
                next_sequence {bigint} not null,
                acked {bigint} not null,
                acked_id {text} not null
            ){strict}
            """,
            """
            create table nni_outbox (
                destination {text} not null,
                sequence {bigint} not null,
                id {text} not null,
                type {text} not null,
                body {text} not null,
                issued {bigint} not null,
                expires {bigint} not null,
                voided {bigint} not null,
                primary key (destination, sequence)
            ){strict}
            """,
            """
            create table nni_inbox (
                origin {text} not null primary key,
                epoch {bigint} not null,
                last {bigint} not null,
                last_id {text} not null,
                attempts {bigint} not null
            ){strict}
            """,
            """
            create table nni_inbox_void (
                origin {text} not null,
                sequence {bigint} not null,
                primary key (origin, sequence)
            ){strict}
            """,
            """
            create table nni_parked (
                origin {text} not null,
                epoch {bigint} not null,
                sequence {bigint} not null,
                id {text} not null,
                type {text} not null,
                body {text} not null,
                expires {bigint} not null,
                reason {text} not null,
                parked {bigint} not null,
                primary key (origin, epoch, sequence)
            ){strict}
            """),
    ];
}
