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

    /// <summary>What the last call, which must have ended, let it hear.</summary>
    /// <exception cref="DemoFailedException">Nothing was recorded.</exception>
    public abstract Task<WavFile> RecordingAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
