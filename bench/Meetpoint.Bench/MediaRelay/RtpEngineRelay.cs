using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>The peer: rtpengine in user space (no table of its kernel module), on loopback only, with as many threads as it takes by itself.</summary>
sealed partial class RtpEngineRelay : RelayProcess
{
    const string Program = "/usr/bin/rtpengine";

    /// <summary>Where it is asked, on loopback.</summary>
    public const int NgPort = 46_222;

    const int StartTries = 50;
    const int StartWaitMs = 100;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-rtpengine-").FullName;
    readonly NgClient _ng = new(NgPort);

    public RtpEngineRelay()
    {
        Process = Process.Start(new ProcessStartInfo(
            Program,
            [
                "--foreground", "--config-file=none", "--table=-1", "--interface=lo/127.0.0.1", $"--listen-ng=127.0.0.1:{NgPort}",
                "--port-min=33000", "--port-max=34999", "--log-level=3", "--log-stderr", $"--pidfile={_folder}/pid",
                // Not ended while the other side is measured.
                "--timeout=3600", "--silent-timeout=3600",
            ])
        {
            RedirectStandardError = true,
        })!;
        Process.BeginErrorReadLine();
        try
        {
            WaitUntilItAnswers();
            Version = ReadVersion();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>True when it is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>As it says it.</summary>
    public string Version { get; }

    protected override Process Process { get; }

    public override void Connect(Callers callers)
    {
        for (var call = 0; call < RelayLoad.Calls; call++)
        {
            var (caller, called) = (callers.Caller(call), callers.Called(call));
            var id = string.Create(CultureInfo.InvariantCulture, $"call-{call}");
            called.Remote = PortIn(_ng.Ask(
                ("ICE", "remove"), ("call-id", id), ("command", "offer"), ("from-tag", "a"), ("sdp", Describe(caller))));
            caller.Remote = PortIn(_ng.Ask(
                ("ICE", "remove"), ("call-id", id), ("command", "answer"), ("from-tag", "a"), ("sdp", Describe(called)), ("to-tag", "b")));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _ng.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Describe(CallEnd end) => string.Create(
        CultureInfo.InvariantCulture,
        $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {end.MediaPort} RTP/AVP 0 101\r\na=rtcp:{end.ControlPort}\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n");

    static NetAddress PortIn(string answer)
    {
        var match = MediaLine.Match(answer);
        return match.Success
            ? NetAddress.Parse("127.0.0.1:0").WithPort(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new IOException($"rtpengine answered: {answer}");
    }

    void WaitUntilItAnswers()
    {
        for (var left = StartTries; ; left--)
        {
            try
            {
                _ng.Ask(("command", "ping"));
                return;
            }
            catch (SocketException) when (left > 0 && !Process.WaitForExit(StartWaitMs))
            {
                // Its port is not open yet.
            }
        }
    }

    static string ReadVersion()
    {
        using var asked = Process.Start(new ProcessStartInfo(Program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = asked.StandardOutput.ReadToEnd() + asked.StandardError.ReadToEnd();
        asked.WaitForExit();
        return VersionNumber.Match(text).Value;
    }

    [GeneratedRegex(@"m=audio (\d+)")]
    private static partial Regex MediaLine { get; }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionNumber { get; }
}
