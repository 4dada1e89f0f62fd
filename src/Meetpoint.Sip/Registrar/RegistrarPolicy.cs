namespace Meetpoint.Sip.Registrar;

/// <summary>What a registrar grants, and what it keeps for one address-of-record at the most. Immutable.</summary>
public sealed record RegistrarPolicy
{
    /// <summary>Shortest interval that is granted, in seconds, at most 3,600; a shorter one is answered 423 (RFC 3261 section 10.3 step 7). Default 60.</summary>
    public int MinSeconds { get; init; } = 60;

    /// <summary>Longest interval that is granted, in seconds; a longer one is shortened. Default 3,600.</summary>
    public int MaxSeconds { get; init; } = 3_600;

    /// <summary>Granted where neither the contact nor Expires says anything, in seconds. Default 3,600.</summary>
    public int DefaultSeconds { get; init; } = 3_600;

    /// <summary>Bindings of one address-of-record; default 10.</summary>
    public int MaxBindings { get; init; } = 10;

    /// <summary>Bytes of one Contact value with its parameters, and of one Path value; default 1,024.</summary>
    public int MaxValueBytes { get; init; } = 1_024;

    /// <summary>Path values of a request; default 8.</summary>
    public int MaxPath { get; init; } = 8;

    /// <summary>
    /// Flow-Timer (RFC 5626 section 4.4): seconds within which a client that is connected directly keeps its flow alive; 0 says none. Default 120, as
    /// many NATs forget a connection after some minutes.
    /// </summary>
    public int FlowTimerSeconds { get; init; } = 120;
}
