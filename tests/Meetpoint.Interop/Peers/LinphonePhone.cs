using System.Globalization;
using Meetpoint.Demo;
using Meetpoint.Media.Audio;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>Linphone's console as a phone of a provider's network: it calls by the provider's trunk, sends a tone from a file and records what it hears.</summary>
sealed class LinphonePhone : IAsyncDisposable
{
    const int SampleRate = 8_000;
    const int ToneSeconds = 60;
    const double TonePeak = 8_000;

    /// <summary>Of a recording: 16 kHz, which is more than what it records of G.711.</summary>
    const int MostBytesPerSecond = 32_000;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    readonly ChildProcess _process;
    readonly string _folder;

    LinphonePhone(ChildProcess process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Starts it; it listens once this returns.</summary>
    /// <param name="address">Who it is, as user@domain.</param>
    /// <param name="listen">Where it takes SIP over UDP, and its media.</param>
    /// <param name="exchange">Where it sends what it calls.</param>
    /// <param name="firstMediaPort">The first of its 20 media ports.</param>
    /// <param name="toneHz">The tone that it sends.</param>
    public static async Task<LinphonePhone> StartAsync(string address, NetAddress listen, NetAddress exchange, int firstMediaPort, int toneHz)
    {
        var executable = RealPeer.Require("linphonec", "linphone-cli");
        var folder = RealPeer.NewFolder("linphonec");
        // Its store stands in the home of whoever runs it.
        Directory.CreateDirectory(Path.Combine(folder, ".local", "share", "linphone"));
        var tone = new short[ToneSeconds * SampleRate];
        new ToneGenerator(toneHz, SampleRate, TonePeak).Generate(tone);
        WavFile.Write(Path.Combine(folder, "tone.wav"), SampleRate, tone);
        await File.WriteAllTextAsync(Path.Combine(folder, "rc"), Configuration(address, listen, exchange, firstMediaPort));
        // It is told what to do through a pipe that it keeps open itself, so that it never reads an end.
        var process = await ChildProcess.StartAsync(
            "Linphone", folder, "/bin/sh", "-c", "mkfifo commands; HOME=$PWD exec \"$1\" -c rc <>commands", "sh", executable);
        var phone = new LinphonePhone(process, folder);
        try
        {
            await Expect.EventuallyAsync(
                () => Task.FromResult(IsListening(listen) ? "yes" : null), Soon, $"Linphone to listen on {listen}", process.LogTail);
            phone.Tell("soundcard use files");
            phone.Tell("play " + Path.Combine(folder, "tone.wav"));
            phone.Tell("record " + phone.Recording);
            return phone;
        }
        catch
        {
            await phone.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls, and waits until sound goes both ways.</summary>
    public async Task DialAsync(string uri)
    {
        Tell("call " + uri);
        await Expect.EventuallyAsync(
            () => Task.FromResult(File.ReadAllText(_process.LogPath).Contains("Media streams established", StringComparison.Ordinal) ? "up" : null),
            Soon, $"Linphone's call to {uri} to stand", _process.LogTail);
    }

    /// <summary>Sends a message.</summary>
    public void Say(string uri, string text) => Tell($"chat {uri} \"{text}\"");

    /// <summary>True once it showed a message that has these words.</summary>
    public bool HasHeard(string text) => File.ReadLines(_process.LogPath).Any(line => line.Contains("Message received from", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));

    /// <summary>What it said lately.</summary>
    public string Log() => _process.LogTail();

    /// <summary>Waits until it has recorded for so long of whatever it was.</summary>
    public Task ListensAsync(double seconds) => Expect.EventuallyAsync(
        () => Task.FromResult(File.Exists(Recording) && new FileInfo(Recording).Length > seconds * MostBytesPerSecond ? "enough" : null),
        Soon, string.Create(CultureInfo.InvariantCulture, $"Linphone to listen for {seconds} s"), _process.LogTail);

    /// <summary>Ends the call and gives what it recorded: it writes how long that is only then.</summary>
    public async Task<WavFile> HangUpAsync()
    {
        Tell("terminate");
        return await Expect.EventuallyAsync(
            () => Task.FromResult(WavFile.TryParse(File.ReadAllBytes(Recording), out var heard) && heard.Samples.Length > 0 ? heard : null),
            Soon, "Linphone to end its recording", _process.LogTail);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Recording => Path.Combine(_folder, "heard.wav");

    void Tell(string command)
    {
        using var pipe = new FileStream(Path.Combine(_folder, "commands"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        pipe.Write(System.Text.Encoding.UTF8.GetBytes(command + "\n"));
    }

    static bool IsListening(NetAddress listen) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveUdpListeners().Any(end => end.Equals(listen.ToIPEndPoint()));

    /// <summary>Without a default route it believes that there is no network, unless it is told not to look.</summary>
    static string Configuration(string address, NetAddress listen, NetAddress exchange, int firstMediaPort) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        [sip]
        sip_port={listen.Port}
        sip_tcp_port=0
        sip_tls_port=0
        bind_address={listen.Host}
        contact=sip:{address[..address.IndexOf('@', StringComparison.Ordinal)]}@{listen.Host}
        default_proxy=0
        guess_hostname=0
        use_ipv6=0
        auto_net_state_mon=0
        register_only_when_network_is_up=0
        [proxy_0]
        reg_proxy=<sip:{exchange};lr>
        reg_route=<sip:{exchange};lr>
        reg_identity=sip:{address}
        reg_sendregister=0
        publish=0
        [rtp]
        bind_address={listen.Host}
        audio_rtp_port={firstMediaPort}-{firstMediaPort + 19}
        [video]
        capture=0
        display=0
        automatically_accept=0
        automatically_initiate=0
        """);
}
