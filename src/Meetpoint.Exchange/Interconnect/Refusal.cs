using System.Text;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The answer of admission when it says no. Tells the operator everything; <see cref="RefusalTable"/> says what the wire is told.
/// A value: making one allocates nothing.
/// </summary>
public readonly record struct Refusal
{
    /// <summary>Why.</summary>
    public required RefusalReason Reason { get; init; }

    /// <summary>What the refused party is told, to ask support about.</summary>
    public IncidentId Incident { get; init; }

    /// <summary>The session's id, as the request had it or new.</summary>
    public CorrelationId Correlation { get; init; }

    /// <summary>The neighbour that asked, when known.</summary>
    public NeighbourEntry? Sender { get; init; }

    /// <summary>Whose customer asked, when known.</summary>
    public Provider? Origin { get; init; }

    /// <summary>Whose customer was asked for, when known.</summary>
    public Provider? Target { get; init; }

    /// <summary>The agreement that refused, where one did.</summary>
    public AgreementLink? Link { get; init; }

    /// <summary>The limit that was used up, where one was.</summary>
    public LimitKind Limit { get; init; }

    /// <summary>Seconds after which to try again; nought says nothing.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>The meeting that refused, where one did; for the log.</summary>
    public string? Meeting { get; init; }

    /// <summary>The exchanges that the request came through, where that was the fault; for the log.</summary>
    public string[]? Path { get; init; }

    /// <summary>When what was not free will be, where that is known; for the log.</summary>
    public Instant? FreeAt { get; init; }

    /// <summary>A refusal by an engine rather than by admission: not free, wrong PIN, locked, lobby.</summary>
    public static Refusal By(RefusalReason reason, CorrelationId correlation, IncidentId incident) =>
        new() { Reason = reason, Correlation = correlation, Incident = incident };

    /// <summary>The row of the table.</summary>
    public RefusalRow Row => RefusalTable.Row(Reason);

    /// <summary>The whole reason in one line, for the log and the operator; allocates.</summary>
    public string Describe()
    {
        var text = new StringBuilder(Row.EventCode);
        Add("incident", Incident.ToString());
        Add("correlation", Correlation.ToString());
        Add("neighbour", Sender?.Neighbour.Id);
        Add("origin", Origin?.Id);
        Add("target", Target?.Id);
        Add("agreement", Link?.Agreement.Id);
        Add("stage", Link is null ? null : KebabEnum<AgreementStage>.Word(Link.Agreement.Stage));
        if (Limit != LimitKind.None && Link is not null)
        {
            var (used, whole) = Limit switch
            {
                LimitKind.Meetings => (Link.Limits.InUse.Meetings, Link.Limits.Limits.Meetings),
                LimitKind.Ports => (Link.Limits.InUse.Ports, Link.Limits.Limits.Ports),
                LimitKind.RequestsPerSecond => (0, Link.Agreement.Roaming?.RequestsPerSecond),
                LimitKind.Sessions => (Link.Agreement.Roaming?.MaxSessions ?? 0, Link.Agreement.Roaming?.MaxSessions),
                _ => (0, Link.Limits.Limits.CallsPerSecond),
            };
            Add("limit", $"{Limit} {used} of {whole}");
            Add("slice", Link.AToB ? $"{Link.Agreement.Parties[0]}>{Link.Agreement.Parties[1]}" : $"{Link.Agreement.Parties[1]}>{Link.Agreement.Parties[0]}");
        }

        Add("meeting", Meeting);
        Add("path", Path is { Length: > 0 } ? string.Join('>', Path) : null);
        Add("until", FreeAt?.ToString());

        return text.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
                text.Append(' ').Append(name).Append('=').Append(value);
        }
    }
}
