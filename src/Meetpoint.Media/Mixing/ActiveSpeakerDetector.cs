using Meetpoint.Net;

namespace Meetpoint.Media.Mixing;

/// <summary>Decides who holds the floor: the loudest, with enough inertia that a cough does not take it.</summary>
/// <remarks>Call <see cref="Offer"/> for each candidate of a decision, then <see cref="Decide"/>.</remarks>
struct ActiveSpeakerDetector
{
    /// <summary>Time between decisions.</summary>
    public const long IntervalNs = 300 * MonotonicTime.Millisecond;

    /// <summary>Who took the floor keeps it for this long at least, and for this long after he fell silent.</summary>
    public const long HoldNs = 1500 * MonotonicTime.Millisecond;

    /// <summary>Loudness above digital silence that counts as speech: -50 dBov.</summary>
    public const float SpeechLoudness = 77;

    /// <summary>A challenger must be this much louder than who holds the floor, in dB.</summary>
    public const float Margin = 3;

    /// <summary>Decisions in a row that a challenger must win while who holds the floor spoke lately: a cough is shorter.</summary>
    public const int Persistence = 3;

    uint _bestId;
    uint _challenger;
    int _wins;
    float _best;
    float _current;
    long _takenNs;
    long _spokeNs;

    /// <summary>Participant id of who holds the floor; 0 for nobody.</summary>
    public uint Current { get; private set; }

    /// <summary>Names a candidate of this decision.</summary>
    public void Offer(uint participantId, float loudness)
    {
        if (participantId == Current)
            _current = Math.Max(_current, loudness);
        else if (loudness > _best)
            (_bestId, _best) = (participantId, loudness);
    }

    /// <summary>Decides; true when somebody else, or nobody, has the floor now.</summary>
    public bool Decide(long nowNs)
    {
        var before = Current;
        if (_current >= SpeechLoudness)
            _spokeNs = nowNs;
        var challenged = _best >= SpeechLoudness && _best > _current + Margin;
        _wins = !challenged ? 0 : _bestId == _challenger ? _wins + 1 : 1;
        _challenger = _bestId;
        var silentFor = nowNs - _spokeNs;
        if (challenged && (Current == 0 || silentFor >= HoldNs || (_wins >= Persistence && nowNs - _takenNs >= HoldNs)))
        {
            Current = _bestId;
            _takenNs = _spokeNs = nowNs;
            _wins = 0;
        }
        else if (Current != 0 && silentFor >= HoldNs)
        {
            Current = 0;
        }

        (_bestId, _best, _current) = (0, 0, 0);
        return Current != before;
    }

    /// <summary>Who left does not hold the floor.</summary>
    public bool Remove(uint participantId)
    {
        if (Current != participantId || participantId == 0)
            return false;
        Current = 0;
        return true;
    }
}
