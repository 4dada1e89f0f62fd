namespace Meetpoint.Media.Video;

/// <summary>
/// What those behind a cascade look at: the half that sends shows them whom they have pinned, and sends pictures no larger than they are looked at. Immutable.
/// </summary>
/// <param name="Most">Lines of the largest picture in which anybody is shown there; whoever is not named is sent up to that.</param>
/// <param name="Looks">Whom they look at, by participant; at most <see cref="MaxLooks"/>.</param>
public sealed record VideoDemand(int Most, IReadOnlyList<VideoLook> Looks)
{
    /// <summary>Participants that are named at most.</summary>
    public const int MaxLooks = 16;

    /// <summary>The lowest layer goes on though nobody looks, so that who looks again sees something at once.</summary>
    public const int Least = 90;

    /// <summary>Lines of a picture beyond which nothing is told apart.</summary>
    const int Largest = 4_320;

    static readonly int[] _steps = [0, 180, 360, 540, 720, 1_080, 1_440, 2_160, Largest];

    /// <summary>What may be believed of one that came from elsewhere: numbers in their range, and no more participants than may be.</summary>
    public VideoDemand Bounded() => new(
        Math.Clamp(Most, 0, Largest), [.. (Looks ?? []).Where(static look => look.Participant != 0).DistinctBy(static look => look.Participant).Take(MaxLooks)]);

    /// <summary>Lines of a participant's picture that are worth sending.</summary>
    public int HeightOf(uint participant)
    {
        foreach (var look in Looks)
        {
            if (look.Participant == participant)
                return Math.Clamp(look.Height, Least, Largest);
        }

        return Math.Max(Most, Least);
    }

    /// <summary>The least step that is as large: sizes of tiles differ by a line or two all the time, and layers do not.</summary>
    internal static int Step(int height)
    {
        foreach (var step in _steps)
        {
            if (height <= step)
                return step;
        }

        return Largest;
    }

    /// <inheritdoc/>
    public bool Equals(VideoDemand? other) => other is not null && Most == other.Most && Looks.SequenceEqual(other.Looks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Most, Looks.Count);
}

/// <summary>One participant who is looked at.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Height">Lines of the largest picture of him.</param>
/// <param name="IsPinned">He is to be shown whoever speaks.</param>
public readonly record struct VideoLook(uint Participant, int Height, bool IsPinned);
