namespace Meetpoint.Radius.Exchanges;

/// <summary>How a server stands.</summary>
public enum ServerState
{
    /// <summary>It answers.</summary>
    Alive,

    /// <summary>Something was not answered, and nothing since: it is asked whether it is there, and used when there is no better.</summary>
    Suspect,

    /// <summary>It answers nothing, and is not used.</summary>
    Dead,

    /// <summary>It answers again, but not yet often enough to be used.</summary>
    Reviving,
}
