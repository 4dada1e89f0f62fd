using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>A grant as its row has it.</summary>
sealed record GrantRow
{
    public const string Insert =
        """
        insert into grants (id, node, correlation, parent, kind, origin, target, subject, called, links, started, last_proof, sequence, quantities, state, ports, silent_seconds)
        values (@Id, @Node, @Correlation, @Parent, @Kind, @Origin, @Target, @Subject, @Called, @Links, @Started, @LastProof, @Sequence, @Quantities, @State, @Ports, @SilentSeconds)
        on conflict (id) do nothing
        """;

    public required string Id { get; init; }

    public required string Node { get; init; }

    public required string Correlation { get; init; }

    public string? Parent { get; init; }

    public required GrantKind Kind { get; init; }

    public required string Origin { get; init; }

    public required string Target { get; init; }

    public required string Subject { get; init; }

    /// <summary>For a call: whom it is to.</summary>
    public string? Called { get; init; }

    public required string Links { get; init; }

    public required Instant Started { get; init; }

    public required Instant LastProof { get; init; }

    public long Sequence { get; init; }

    public required string Quantities { get; init; }

    public string State { get; init; } = "open";

    /// <summary>Taken of each agreement's limit.</summary>
    public int Ports { get; init; }

    /// <summary>Without proof of life for this long it is closed; null as the book has it.</summary>
    public long? SilentSeconds { get; init; }

    public Instant? Ended { get; init; }

    public string? Reason { get; init; }

    /// <summary>The agreements of the chain as they were at the start, read from <see cref="Links"/>.</summary>
    public ImmutableArray<GrantLink> ReadLinks() => JsonSerializer.Deserialize(Links, GrantJson.Default.ImmutableArrayGrantLink);

    public static GrantRow Of(GrantStart start, string node, out ImmutableArray<GrantLink> chain)
    {
        var grant = start.Grant;
        var links = ImmutableArray.CreateBuilder<GrantLink>(grant.LinkCount);
        var unit = LimitUse.ChargeOf(grant.Kind);
        for (var i = 0; i < grant.LinkCount; i++)
        {
            var link = grant.Link(i);
            links.Add(new GrantLink(link.Agreement.Id, link.Agreement.Version, link.VersionHash, link.AToB,
                [.. link.Agreement.Charges.Where(leg => leg.Unit == unit)]));
        }

        chain = links.MoveToImmutable();
        return new GrantRow
        {
            Id = start.Id,
            Node = node,
            Correlation = grant.Correlation.ToString(),
            Parent = grant.Parent,
            Kind = grant.Kind,
            Origin = grant.Origin.Id,
            Target = grant.Target.Id,
            Subject = start.Subject,
            Called = start.Called,
            Links = JsonSerializer.Serialize(chain, GrantJson.Default.ImmutableArrayGrantLink),
            Started = start.Started,
            LastProof = start.Started,
            Quantities = Write(GrantQuantities.None),
            Ports = grant.Ports,
            SilentSeconds = start.SilentAfter is { } silent ? (long)silent.TotalSeconds : null,
        };
    }

    public static string Write(GrantQuantities quantities) => JsonSerializer.Serialize(quantities, GrantJson.Default.GrantQuantities);

    public GrantQuantities ReadQuantities() => JsonSerializer.Deserialize(Quantities, GrantJson.Default.GrantQuantities)!;

    public CompletedGrant Completed(ImmutableArray<GrantLink> chain, Instant ended, GrantQuantities quantities, GrantEnding ending) => new()
    {
        Id = Id,
        Correlation = CorrelationId.TryParse(Correlation, out var correlation) ? correlation : default,
        Parent = Parent,
        Kind = Kind,
        Origin = Origin,
        Target = Target,
        Subject = Subject,
        Called = Called,
        Links = chain,
        Started = Started,
        Ended = ended,
        Quantities = quantities,
        Ending = ending,
    };
}
