using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What someone asks to do. A value on the stack; the spans are read during the call only.</summary>
public readonly ref struct AdmissionRequest
{
    /// <summary>The neighbour that sent it, identified by certificate, tunnel, secret or listener; null: nobody known, or this exchange itself.</summary>
    public NeighbourEntry? Sender { get; init; }

    /// <summary>True when this exchange asks by itself, for a customer of <see cref="Origin"/> that it has authenticated.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Id of the provider whose customer asks; empty: the sender's own.</summary>
    public ReadOnlySpan<char> Origin { get; init; }

    /// <summary>Address of the caller; needed on trial and by white lists only.</summary>
    public ReadOnlySpan<char> Caller { get; init; }

    /// <summary>The same in bytes; used when <see cref="Caller"/> is empty.</summary>
    public ReadOnlySpan<byte> CallerBytes { get; init; }

    /// <summary>Address asked for: SIP URI, tel URI, "user@domain", "+number" or domain.</summary>
    public ReadOnlySpan<char> Target { get; init; }

    /// <summary>The same as received bytes; used when <see cref="Target"/> is empty.</summary>
    public ReadOnlySpan<byte> TargetBytes { get; init; }

    /// <summary>Id of the provider asked for, where no address is meant, as in a booking; used when both targets are empty.</summary>
    public ReadOnlySpan<char> TargetProvider { get; init; }

    /// <summary>
    /// True for a call to an emergency service, as <see cref="NumberNormaliser.IsEmergency"/> found it. It is never refused for a gate, overload, an
    /// agreement, a limit or a white list, takes from no limit, is charged to nobody, and goes to the emergency neighbours of its provider alone; no target
    /// is read. Where the origin is not allowed, the sender's provider stands for it.
    /// </summary>
    public bool IsEmergency { get; init; }

    /// <summary>What it is for.</summary>
    public GrantKind Kind { get; init; }

    /// <summary>Ports taken; nought counts as one.</summary>
    public int Ports { get; init; }

    /// <summary>Domain names of the exchanges that it has come through, the origin's first; this one not yet among them.</summary>
    public ReadOnlySpan<string> Path { get; init; }

    /// <summary>Id of the equipment profile; null: the sender's.</summary>
    public string? Profile { get; init; }

    /// <summary>The session's id as it came; null id: a new one is made.</summary>
    public CorrelationId Correlation { get; init; }

    /// <summary>Durable id of the parent grant; null without.</summary>
    public string? Parent { get; init; }

    /// <summary>Wall time, for the validity of agreements.</summary>
    public required Instant Now { get; init; }

    /// <summary>Monotonic nanoseconds, for rates, leases and gates.</summary>
    public required long NowNs { get; init; }
}
