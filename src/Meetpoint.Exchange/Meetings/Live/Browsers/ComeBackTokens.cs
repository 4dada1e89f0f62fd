using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>
/// Tokens by which a page that has lost its connection comes back: past PIN, lobby and lock, since who holds it was in. Each serves until its page is in again, and has the next. On the signalling
/// loop only.
/// </summary>
sealed class ComeBackTokens
{
    /// <summary>For how long after it was last in a page may come back.</summary>
    public const long LifeNs = 120 * MonotonicTime.Second;

    /// <summary>Of one meeting; beyond it the oldest is forgotten.</summary>
    const int Most = 2_000;

    const int TokenBytes = 24;

    readonly Dictionary<string, (BrowserParticipant Participant, long UntilNs)> _tokens = new(StringComparer.Ordinal);
    readonly Queue<string> _inOrder = new();

    /// <summary>A token for someone who is in.</summary>
    public string Give(BrowserParticipant participant)
    {
        while (_inOrder.Count >= Most)
            _tokens.Remove(_inOrder.Dequeue());
        var token = Convert.ToHexStringLower(participant.In.Context.Randomness.Bytes(TokenBytes));
        _tokens[token] = (participant, long.MaxValue);
        _inOrder.Enqueue(token);
        return token;
    }

    /// <summary>Someone is out, by no wish of anybody: his token holds for a while yet.</summary>
    public void Lost(string token, long nowNs)
    {
        if (_tokens.TryGetValue(token, out var held))
            _tokens[token] = held with { UntilNs = nowNs + LifeNs };
    }

    /// <summary>Someone has left, or was removed: the token serves no more.</summary>
    public void Forget(string token) => _tokens.Remove(token);

    /// <summary>Who comes back with a token; null for a token that does not serve.</summary>
    public BrowserParticipant? Find(string token, long nowNs) => _tokens.TryGetValue(token, out var held) && nowNs < held.UntilNs ? held.Participant : null;
}
