namespace Meetpoint.Media.Prompts;

/// <summary>A step of a prompt: one or two tones together, or silence when both are 0 Hz.</summary>
/// <param name="Hz">First tone, below 4000.</param>
/// <param name="SecondHz">Second tone, or 0.</param>
/// <param name="DurationMs">How long.</param>
public readonly record struct ToneStep(int Hz, int SecondHz, int DurationMs);

/// <summary>A sequence of tones that tells a participant something. Immutable, thread safe.</summary>
public sealed class Prompt
{
    /// <summary>The most steps of one prompt.</summary>
    public const int MaxSteps = 64;

    readonly ToneStep[] _steps;

    /// <summary>A prompt of these steps, played once or for ever.</summary>
    /// <exception cref="ArgumentException">No step, more than <see cref="MaxSteps"/>, or one of no duration.</exception>
    public Prompt(string name, bool repeats, params ReadOnlySpan<ToneStep> steps)
    {
        if (steps.Length is 0 or > MaxSteps)
            throw new ArgumentException($"A prompt has 1 to {MaxSteps} steps", nameof(steps));
        foreach (var step in steps)
            ArgumentOutOfRangeException.ThrowIfLessThan(step.DurationMs, 1, nameof(steps));
        Name = name;
        Repeats = repeats;
        _steps = steps.ToArray();
    }

    /// <summary>Name for logs and the API.</summary>
    public string Name { get; }

    /// <summary>True when it goes on until it is stopped.</summary>
    public bool Repeats { get; }

    /// <summary>The steps in order.</summary>
    public ReadOnlySpan<ToneStep> Steps => _steps;

    /// <summary>Enter your PIN.</summary>
    public static Prompt PinRequest { get; } = new("pin-request", repeats: false, new(523, 0, 150), new(0, 0, 50), new(784, 0, 250));

    /// <summary>The PIN was wrong; try again.</summary>
    public static Prompt PinWrong { get; } = new("pin-wrong", repeats: false, new(392, 0, 200), new(0, 0, 60), new(262, 0, 400));

    /// <summary>You wait in the lobby: a soft double note every four seconds.</summary>
    public static Prompt LobbyWait { get; } = new(
        "lobby-wait", repeats: true, new(440, 0, 180), new(0, 0, 120), new(440, 0, 180), new(0, 0, 3520));

    /// <summary>Somebody, or you, joined.</summary>
    public static Prompt Joined { get; } = new("joined", repeats: false, new(587, 0, 120), new(784, 0, 180));

    /// <summary>Somebody left.</summary>
    public static Prompt Left { get; } = new("left", repeats: false, new(784, 0, 120), new(587, 0, 180));

    /// <summary>What is said from now on is recorded: the tone that telephones have for it, 1,400 Hz, twice.</summary>
    public static Prompt RecordingOn { get; } = new("recording-on", repeats: false, new(1400, 0, 500), new(0, 0, 250), new(1400, 0, 500));

    /// <summary>It is recorded no more.</summary>
    public static Prompt RecordingOff { get; } = new("recording-off", repeats: false, new(1400, 0, 200), new(0, 0, 60), new(700, 0, 400));

    /// <summary>You were removed from the meeting.</summary>
    public static Prompt Ejected { get; } = new(
        "ejected", repeats: false, new(480, 620, 300), new(0, 0, 200), new(480, 620, 300), new(0, 0, 200), new(480, 620, 300));
}
