namespace Meetpoint.Net;

/// <summary>Something that gathers during a turn of the loop and acts once at its end, such as a queue of datagrams to send.</summary>
public interface ITurnEnd
{
    /// <summary>The turn ends. On the loop; once for each call of <see cref="ThreadEventLoop.AtTurnEnd"/>.</summary>
    void OnTurnEnd(long nowNs);
}
