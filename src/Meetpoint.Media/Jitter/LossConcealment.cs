namespace Meetpoint.Media.Jitter;

/// <summary>What a listener hears in place of a lost packet, from where the sound broke off to where it goes on.</summary>
abstract class LossConcealment
{
    /// <summary>Samples of what was heard before that it wants to look at.</summary>
    public abstract int History { get; }

    /// <summary>Lengths that it makes are a multiple of this.</summary>
    public abstract int Step { get; }

    /// <summary>True from the first concealed sample to the sound's return.</summary>
    public bool IsActive { get; private protected set; }

    /// <summary>True when it has faded out.</summary>
    public abstract bool IsSilent { get; }

    /// <summary>The sound broke off.</summary>
    /// <param name="history">The last samples, <see cref="History"/> of them.</param>
    public abstract void Start(ReadOnlySpan<short> history);

    /// <summary>Makes the next samples.</summary>
    public abstract void Generate(Span<short> pcm);

    /// <summary>The sound is back: joins to it what was made up.</summary>
    /// <param name="decoded">The first samples of it.</param>
    public abstract void Join(Span<short> decoded);

    /// <summary>Forgets that anything is missing.</summary>
    public void Stop() => IsActive = false;
}
