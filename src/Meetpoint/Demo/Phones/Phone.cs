using System.Globalization;
using Meetpoint.Media.Audio;

namespace Meetpoint.Demo.Phones;

/// <summary>
/// A real SIP user agent over real sockets that sends one tone and records what it hears: baresip where it is installed, else our own.
/// </summary>
/// <remarks>One call at a time. Every wait is bounded and ends in <see cref="DemoFailedException"/>.</remarks>
abstract class Phone(PhoneAccount account) : IAsyncDisposable
{
    /// <summary>Peak of the tone that phones send; two or three of them mix without clipping.</summary>
    public const double TonePeak = 8_000;

    /// <summary>Who it is.</summary>
    public PhoneAccount Account => account;

    /// <summary>Which user agent it is, with its version.</summary>
    public abstract string Kind { get; }

    /// <summary>Starts the best user agent that there is.</summary>
    /// <param name="account">Who it is.</param>
    /// <param name="folder">For its configuration and recordings.</param>
    /// <param name="preferOwn">True takes our own though baresip is installed.</param>
    public static async Task<Phone> StartAsync(PhoneAccount account, string folder, bool preferOwn = false) =>
        preferOwn || BaresipPhone.Executable is not { } baresip ? OwnPhone.Start(account, folder) : await BaresipPhone.StartAsync(account, folder, baresip);

    /// <summary>Dials and waits until the call is answered.</summary>
    /// <param name="uri">SIP URI.</param>
    /// <param name="limit">How long to wait.</param>
    /// <exception cref="DemoFailedException">It was refused, or not answered in time.</exception>
    public abstract Task DialAsync(string uri, TimeSpan limit);

    /// <summary>Waits until a call stands, dialled or taken.</summary>
    public abstract Task AnsweredAsync(TimeSpan limit);

    /// <summary>Waits until there is no call.</summary>
    public abstract Task EndedAsync(TimeSpan limit);

    /// <summary>Presses keys (RFC 4733), one after the other.</summary>
    public abstract Task SendDigitsAsync(string digits);

    /// <summary>Ends the call; nothing when there is none.</summary>
    public abstract Task HangUpAsync();

    /// <summary>What the call that stands has let it hear so far; null while nothing has come.</summary>
    public abstract Task<WavFile?> HeardSoFarAsync();

    /// <summary>Waits until the call that stands has let it hear a tone for so long, and gives what it heard.</summary>
    /// <param name="hz">The tone.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="seconds">How long the tone has to stand in the sound.</param>
    public Task<WavFile> HearsAsync(int hz, TimeSpan limit, double seconds = Hearing.LeastSeconds) =>
        HearsAsync(heard => Hearing.Of(heard, hz)[0].HeardSeconds >= seconds, limit, string.Create(CultureInfo.InvariantCulture, $"{hz} Hz for {seconds} s"));

    /// <summary>Waits until the call that stands has let it hear so much of whatever it was, silence included, and gives it.</summary>
    /// <param name="seconds">How much.</param>
    /// <param name="limit">How long to wait.</param>
    public Task<WavFile> ListensAsync(double seconds, TimeSpan limit) =>
        HearsAsync(heard => heard.Samples.Length >= seconds * heard.SampleRate, limit, string.Create(CultureInfo.InvariantCulture, $"{seconds} s of anything"));

    /// <summary>Waits until what the call that stands has let it hear is as expected, and gives it.</summary>
    /// <param name="isExpected">Asked again and again.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="expected">What that is, for the failure.</param>
    public Task<WavFile> HearsAsync(Func<WavFile, bool> isExpected, TimeSpan limit, string expected) => Expect.EventuallyAsync(
        async () => await HeardSoFarAsync() is { } heard && isExpected(heard) ? heard : null, limit, $"{Account.Name} to hear {expected}");

    /// <summary>What the last call, which must have ended, let it hear.</summary>
    /// <exception cref="DemoFailedException">Nothing was recorded.</exception>
    public abstract Task<WavFile> RecordingAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
