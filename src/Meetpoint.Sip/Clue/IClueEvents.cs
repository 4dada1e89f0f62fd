namespace Meetpoint.Sip.Clue;

/// <summary>What a session tells its owner. Called within the session's methods; the session may be called from it.</summary>
public interface IClueEvents
{
    /// <summary>A message is to go over the channel; the bytes are the receiver's.</summary>
    void Send(byte[] message);

    /// <summary>Versions and roles are settled: what one can send may be advertised.</summary>
    void OnActive(ClueSession session);

    /// <summary>The other side tells what it can send; the answer is the code that it gets. After <see cref="ClueCode.Success"/> it may be configured, now or later.</summary>
    ClueCode OnAdvertised(ClueSession session, ClueAdvertisement advertisement);

    /// <summary>The other side has taken what it was told, or not.</summary>
    void OnAcknowledged(ClueSession session, ClueCode code);

    /// <summary>The other side chooses what it is to be sent, of what was advertised last; the answer is the code that it gets.</summary>
    ClueCode OnConfigured(ClueSession session, ClueConfigure configuration);

    /// <summary>The other side sends what it was told to, or does not.</summary>
    void OnConfigureAnswered(ClueSession session, ClueCode code);

    /// <summary>It is over: the room goes on with its lines as they are.</summary>
    void OnTerminated(ClueSession session, string reason);
}
