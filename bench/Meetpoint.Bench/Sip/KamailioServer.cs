using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>The peer: Kamailio with one worker, accounting to files.</summary>
sealed partial class KamailioServer : IMeasured
{
    const string Program = "/usr/sbin/kamailio";
    const int StartMs = 15_000;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-kamailio-").FullName;
    readonly ChildProgram _program;

    /// <summary>Starts it.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="nextHop">URI that everything which begins goes to.</param>
    /// <param name="defines">What kamailio-proxy.cfg is told besides.</param>
    /// <param name="processor">The processor that it is held to; null for all.</param>
    public KamailioServer(string host, string nextHop, IEnumerable<string> defines, int? processor = null)
    {
        var accounts = Directory.CreateDirectory(Path.Combine(_folder, "accounts")).FullName;
        string[] told = [$"NEXTHOP=\"{nextHop}\"", $"ACCOUNTS=\"flatstore:{accounts}\"", .. defines];
        _program = new ChildProgram(
            Program,
            ["-f", SipPlan.Scenario("kamailio-proxy.cfg"), "-DD", "-E", "-Y", _folder, "-m", "512", "-M", "16", .. told.SelectMany(one => new[] { "-A", one })],
            processor: processor);
        if (Pause.Until(() => _program.HasExited || Listens(host), StartMs) && !_program.HasExited)
            return;
        var tail = Tail;
        Dispose();
        throw new IOException($"Kamailio does not come up: {tail}");
    }

    /// <summary>True when it is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    public long ProcessorNs => _program.ProcessorNs;

    public long ResidentBytes => _program.ResidentBytes;

    public string Tail => _program.Tail;

    /// <summary>What its configuration is told to listen by one transport.</summary>
    public static IEnumerable<string> Listening(string host, SipTransport transport) => transport.IsUdp
        ? ["WITH_UDP", $"LISTEN_UDP=udp:{host}:{SipPlan.ServerPort}"]
        : ["WITH_STREAMS", "WITH_TCP", $"LISTEN_TCP=tcp:{host}:{SipPlan.ServerPort}"];

    /// <summary>Name and version as it says them.</summary>
    public static string ReadVersion()
    {
        using var asked = Process.Start(new ProcessStartInfo(Program, ["-v"]) { RedirectStandardOutput = true })!;
        var text = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        return $"Kamailio {VersionNumber.Match(text).Value}";
    }

    public void Dispose()
    {
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static bool Listens(string host)
    {
        var address = IPAddress.Parse(host);
        var open = IPGlobalProperties.GetIPGlobalProperties();
        return open.GetActiveUdpListeners().Concat(open.GetActiveTcpListeners()).Any(end => end.Address.Equals(address));
    }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionNumber { get; }
}
