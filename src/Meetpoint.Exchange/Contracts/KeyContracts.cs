using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Asks for a key to the API.</summary>
public sealed record KeyRequest
{
    /// <summary>What it is for, 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The provider that it is scoped to; left out for the operator of the exchange.</summary>
    public string? Provider { get; init; }
}

/// <summary>A key as it is listed; the key itself is shown once, when it is made.</summary>
public sealed record ApiKeyView
{
    /// <summary>mpk_..., the part before the dot.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>The provider that it is scoped to; null for the operator.</summary>
    public string? Provider { get; init; }

    /// <summary>When it was made.</summary>
    public required Instant Created { get; init; }

    /// <summary>When it was ended; null while it holds.</summary>
    public Instant? Revoked { get; init; }

    /// <summary>The whole key; only in the answer that makes it.</summary>
    public string? Key { get; init; }
}
