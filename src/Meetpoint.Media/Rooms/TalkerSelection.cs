using Meetpoint.Media.Mixing;

namespace Meetpoint.Media.Rooms;

/// <summary>Chooses who is mixed: the loudest, with a bonus for those who are, so that the choice does not flutter.</summary>
sealed class TalkerSelection(int maxTalkers)
{
    /// <summary>How much louder, in dB, one must be to displace one who is mixed.</summary>
    public const float Hysteresis = 6;

    readonly MediaLeg?[] _chosen = new MediaLeg?[maxTalkers];
    readonly float[] _scores = new float[maxTalkers];

    /// <summary>Those mixed this tick.</summary>
    public ReadOnlySpan<MediaLeg?> Chosen => _chosen.AsSpan(0, Count);

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>Chooses anew.</summary>
    public void Choose(List<MediaLeg> legs)
    {
        Count = 0;
        foreach (var leg in legs)
        {
            if (leg.HasAudio && leg.Loudness.Value > Loudness.Floor)
                Offer(leg, leg.Loudness.Value + (leg.IsTalker ? Hysteresis : 0));
            leg.IsTalker = false;
        }

        for (var i = 0; i < Count; i++)
            _chosen[i]!.IsTalker = true;
        Array.Clear(_chosen, Count, _chosen.Length - Count); // keeps no leg alive that has left
    }

    /// <summary>Puts the leg into the sorted list when it belongs there.</summary>
    void Offer(MediaLeg leg, float score)
    {
        if (Count == maxTalkers && score <= _scores[Count - 1])
            return;
        var at = Count < maxTalkers ? Count++ : Count - 1;
        for (; at > 0 && _scores[at - 1] < score; at--)
            (_scores[at], _chosen[at]) = (_scores[at - 1], _chosen[at - 1]);
        (_scores[at], _chosen[at]) = (score, leg);
    }
}
