using System.Globalization;
using System.Text.Json;
using Meetpoint.Media.Audio;

namespace Meetpoint.Demo.Phones;

/// <summary>A baresip process with a configuration of its own: its tone comes from a file, and what it hears goes to one.</summary>
sealed class BaresipPhone : Phone
{
    /// <summary>Its tone file is this long; a call that lasts longer goes on in silence.</summary>
    const int ToneSeconds = 180;

    /// <summary>Samples a second of its files: those of G.722, half of them for G.711.</summary>
    const int SampleRate = 16_000;

    readonly string _folder;
    readonly ChildProcess _process;
    readonly CallWatch _call;
    BaresipControl? _control;

    BaresipPhone(PhoneAccount account, string folder, ChildProcess process)
        : base(account)
    {
        _folder = folder;
        _process = process;
        _call = new CallWatch(account.Name, process.LogTail);
    }

    /// <summary>Path of baresip; null when it is not installed.</summary>
    public static string? Executable => ExecutablePath.Find("baresip");

    /// <inheritdoc/>
    public override string Kind => "baresip " + Version();

    /// <summary>Starts it and waits until it can be told what to do.</summary>
    public static async Task<BaresipPhone> StartAsync(PhoneAccount account, string folder, string executable)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.GetFiles(folder, "*.wav"))
            File.Delete(old);
        var tone = new short[ToneSeconds * SampleRate];
        if (account.ToneHz > 0)
            new ToneGenerator(account.ToneHz, SampleRate, TonePeak).Generate(tone);
        WavFile.Write(Path.Combine(folder, "tone.wav"), SampleRate, tone);
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), BaresipFiles.Configuration(account, folder, SampleRate));
        await File.WriteAllTextAsync(Path.Combine(folder, "accounts"), BaresipFiles.Accounts(account));
        await File.WriteAllTextAsync(Path.Combine(folder, "contacts"), BaresipFiles.Contacts(account));
        var process = await ChildProcess.StartAsync(account.Name, folder, executable, "-f", folder);
        var phone = new BaresipPhone(account, folder, process);
        phone._control = await BaresipControl.ConnectAsync(account.Listen.WithPort(BaresipFiles.ControlPort).ToIPEndPoint(), phone.OnEvent, process);
        return phone;
    }

    /// <inheritdoc/>
    public override async Task DialAsync(string uri, TimeSpan limit)
    {
        _call.Begin();
        await _control!.SendAsync("dial", uri);
        await _call.AnsweredAsync(limit, $"{Account.Name} to be answered at {uri}");
    }

    /// <summary>True when baresip can encode H.264, by a package of its own.</summary>
    public static bool HasH264 => File.Exists("/usr/lib/baresip/modules/avcodec.so");

    /// <summary>Pictures that its camera gave and its screen was given in the call that stands; both 0 without a call or a camera.</summary>
    public async Task<PictureCounts> PicturesAsync()
    {
        var text = await _control!.AskAsync("video_debug");
        return new PictureCounts(FramesIn(text, "source:"), FramesIn(text, "vidisp:"));

        static long FramesIn(string text, string line)
        {
            const string Before = "frames=";
            var at = text.IndexOf(line, StringComparison.Ordinal);
            at = at < 0 ? -1 : text.IndexOf(Before, at, StringComparison.Ordinal);
            if (at < 0)
                return 0;
            var digits = text.AsSpan(at + Before.Length);
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            return long.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var frames) ? frames : 0;
        }
    }

    /// <summary>Says that its user is there, to whoever is told.</summary>
    public Task GoOnlineAsync() => _control!.SendAsync("presence_online");

    /// <summary>True once its log has a text.</summary>
    public bool HasSaid(string text) => File.ReadAllText(_process.LogPath).Contains(text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override Task AnsweredAsync(TimeSpan limit) => _call.AnsweredAsync(limit, $"{Account.Name} to be called");

    /// <inheritdoc/>
    public override Task EndedAsync(TimeSpan limit) => _call.EndedAsync(limit);

    /// <inheritdoc/>
    public override async Task SendDigitsAsync(string digits)
    {
        foreach (var digit in digits)
        {
            await _control!.SendAsync("sndcode", digit.ToString());
            await Task.Delay(250); // a press and the pause after it, as a finger makes them
        }
    }

    /// <inheritdoc/>
    public override async Task HangUpAsync()
    {
        if (!_call.IsUp)
            return;
        await _control!.SendAsync("hangup");
        await _call.EndedAsync(TimeSpan.FromSeconds(10));
    }

    /// <inheritdoc/>
    public override Task<WavFile?> HeardSoFarAsync() => Task.FromResult(UnderWay() is { } path ? Read(path) : null);

    /// <inheritdoc/>
    public override Task<WavFile> RecordingAsync() => Task.FromResult(
        Read(LastPath) ?? throw new DemoFailedException($"expected a recording of {Account.Name} in {_folder}; instead: {_process.LogTail()}"));

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_control is not null)
            await _control.DisposeAsync();
        await _process.DisposeAsync();
    }

    void OnEvent(JsonElement e)
    {
        switch (e.TryGetProperty("type", out var type) ? type.GetString() : null)
        {
            case "CALL_ESTABLISHED":
                _call.Answered();
                break;
            case "CALL_CLOSED":
                KeepRecording();
                _call.Ended(e.TryGetProperty("param", out var reason) ? reason.GetString() ?? "" : "");
                break;
            default:
                break;
        }
    }

    string LastPath => Path.Combine(_folder, "heard.wav");

    /// <summary>What sndfile writes in the call that stands.</summary>
    string? UnderWay() => Directory.GetFiles(_folder, "dump-*-dec.wav").MaxBy(File.GetLastWriteTimeUtc);

    /// <summary>Sets the recording of a call that is over apart from those of later calls: their names have seconds and no more.</summary>
    void KeepRecording()
    {
        File.Delete(LastPath);
        if (UnderWay() is { } path)
            File.Move(path, LastPath);
    }

    static WavFile? Read(string path) => File.Exists(path) && WavFile.TryParse(File.ReadAllBytes(path), out var heard) && heard.Samples.Length > 0 ? heard : null;

    string Version()
    {
        const string Before = "baresip v";
        var first = File.ReadLines(_process.LogPath).FirstOrDefault(line => line.Contains(Before, StringComparison.Ordinal)) ?? "";
        var at = first.IndexOf(Before, StringComparison.Ordinal);
        return at < 0 ? "of unknown version" : string.Create(CultureInfo.InvariantCulture, $"{first[(at + Before.Length)..].Split(' ')[0]}");
    }
}

/// <summary>Pictures of a phone with a camera and a screen.</summary>
/// <param name="Taken">That its camera gave.</param>
/// <param name="Shown">That were decoded and given to its screen.</param>
readonly record struct PictureCounts(long Taken, long Shown);
