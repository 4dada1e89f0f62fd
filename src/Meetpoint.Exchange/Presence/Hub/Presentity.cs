namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>Somebody whose presence is had or wanted, with all that is known of her. On the loop only; the hub's.</summary>
sealed class Presentity(string address)
{
    DecisionRing? _decisions;

    /// <summary>user@domain in lower case, or "+number": the one address that all others of this person lead to.</summary>
    public string Address => address;

    /// <summary>Everyone who reports.</summary>
    public List<PresenceSource> Sources { get; } = [];

    /// <summary>Every audience that watches.</summary>
    public List<AudienceView> Views { get; } = [];

    /// <summary>Why somebody was told of her, or was not.</summary>
    public DecisionRing Decisions => _decisions ??= new DecisionRing();

    /// <summary>True once there is any.</summary>
    public bool HasDecisions => _decisions is not null;

    /// <summary>True when nothing is left of her.</summary>
    public bool IsIdle => Sources.Count == 0 && Views.Count == 0;
}
