namespace Meetpoint.Sip.Registrar;

/// <summary>A contact that an address-of-record stands for until it expires (RFC 3261 section 10). Immutable.</summary>
public sealed record ContactBinding
{
    /// <summary>Stays the same while it is refreshed.</summary>
    public required string Id { get; init; }

    /// <summary>The URI byte for byte as registered: the request URI of what is sent there.</summary>
    public required string Contact { get; init; }

    /// <summary>Contact parameters as registered, the leading semicolon included and without expires; empty without.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>Preference in thousandths, 0 to 1,000.</summary>
    public int Q { get; init; } = 1_000;

    /// <summary>+sip.instance without its quotes; null without.</summary>
    public string? Instance { get; init; }

    /// <summary>reg-id; 0 without.</summary>
    public int RegId { get; init; }

    /// <summary>Registered by RFC 5626: known by instance and reg-id, and reached over its flow alone.</summary>
    public bool IsOutbound { get; init; }

    /// <summary>Path values, the nearest proxy first: the route of what is sent there (RFC 3327).</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>Call-ID of the last REGISTER.</summary>
    public required string CallId { get; init; }

    /// <summary>Its number.</summary>
    public required uint CSeq { get; init; }

    /// <summary>When it came, in milliseconds of the clock that the registrar is given.</summary>
    public required long RegisteredMs { get; init; }

    /// <summary>When it ends, in milliseconds of the same clock.</summary>
    public required long ExpiresMs { get; init; }

    /// <summary>The flow that it came by.</summary>
    public required FlowAddress Flow { get; init; }

    /// <summary>User-Agent of the client; null without.</summary>
    public string? UserAgent { get; init; }

    /// <summary>True when its client says that it has a feature (RFC 3840), as "+sip.clue".</summary>
    public bool HasFeature(string tag) => new SipParameters(System.Text.Encoding.UTF8.GetBytes(Parameters)).TryGet(System.Text.Encoding.UTF8.GetBytes(tag), out _);

    /// <summary>A Contact value for the answer to a REGISTER, with the seconds that are left, at least 1.</summary>
    public string ToHeader(long nowMs) => $"<{Contact}>{Parameters};expires={Math.Max(1, (ExpiresMs - nowMs) / 1_000)}";

    /// <summary>True when the other is of the same client: of its instance, or of its run (a client keeps its Call-ID, RFC 3261 section 10.2).</summary>
    internal bool IsOfSameClient(string? instance, string callId) =>
        CallId == callId || (Instance is not null && string.Equals(Instance, instance, StringComparison.OrdinalIgnoreCase));
}
