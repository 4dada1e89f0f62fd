using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>SIPp at both ends: one that is called, for as long as this lives, and one that calls, for each window.</summary>
sealed class SippLoad : IDisposable
{
    const string Program = "/usr/bin/sipp";
    const int StartMs = 10_000;
    const int GraceMs = 30_000;

    /// <summary>Time for what the server writes after the last BYE.</summary>
    const int TailMs = 300;

    const int MaxComplaintLines = 4;
    const int MaxComplaint = 1_000;

    /// <summary>Until SIPp has written its counts once more.</summary>
    const int CountsMs = 1_200;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-sipp-").FullName;
    readonly SipTransport _transport;
    readonly ChildProgram _called;
    int _windows;

    public SippLoad(SipTransport transport)
    {
        _transport = transport;
        _called = Start("called.xml", SipPlan.Called, SipPlan.CalledPort, SippCounts.Written(CalledFile));
        if (Pause.Until(() => _called.HasExited || Listens(), StartMs) && !_called.HasExited)
            return;
        var tail = _called.Tail;
        Dispose();
        throw new IOException($"SIPp does not come up: {tail}");
    }

    /// <summary>Without it nobody can call.</summary>
    /// <exception cref="IOException">It is not on this machine.</exception>
    public static void Require()
    {
        if (!File.Exists(Program))
            throw new IOException("sipp is not installed (Debian: sip-tester): nobody can call");
    }

    string CalledFile => Path.Combine(_folder, "called.csv");

    /// <summary>One window: what was counted at both ends, nanoseconds of processor time of the server, and what SIPp ended calls for.</summary>
    public readonly record struct Window(SippCounts Caller, SippCounts Called, long ProcessorNs, string Complaint)
    {
        /// <summary>Messages that either end sent again.</summary>
        public long Retransmissions => Caller.Retransmissions + Called.Retransmissions;

        public override string ToString() => $"caller: {Caller}; called: {Called}{(Caller.Failed > 0 ? $"; {Complaint}" : "")}";
    }

    /// <summary>Sends that many calls at that rate.</summary>
    public Window Run(SipServer server, int calls, int callsPerSecond)
    {
        var file = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"caller-{++_windows}.csv"));
        var errors = file + ".errors";
        var before = SippCounts.Read(CalledFile);
        var clock = server.ProcessorNs;
        using (var caller = Start(
            "caller.xml", SipPlan.Caller, SipPlan.CallerPort,
            [
                "-s", "bob", "-r", Number(callsPerSecond), "-rp", "1000", "-m", Number(calls), "-l", "10000", "-recv_timeout", "8000",
                "-trace_err", "-error_file", errors,
                .. SippCounts.Written(file), server.Entry,
            ]))
        {
            var limitMs = (1000 * calls / callsPerSecond) + GraceMs;
            if (!caller.WaitForExit(limitMs))
                throw new IOException($"SIPp does not come to its end: {caller.Tail}");
        }

        Pause.For(TailMs);
        clock = server.ProcessorNs - clock;
        Pause.For(CountsMs);
        return new Window(SippCounts.Read(file), SippCounts.Read(CalledFile) - before, clock, Beginning(errors));
    }

    public void Dispose()
    {
        _called.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    ChildProgram Start(string scenario, string host, int port, IEnumerable<string> more) => new(
        Program,
        [
            "-sf", SipPlan.Scenario(scenario), "-t", _transport.SippMode, "-i", host, "-p", Number(port), "-nostdin", "-watchdog_interval", "0",
            "-buff_size", "4194304", .. more,
        ],
        _folder);

    /// <summary>What it was that SIPp first ended calls for, on one line.</summary>
    static string Beginning(string errors)
    {
        if (!File.Exists(errors))
            return "";
        var text = string.Join(" | ", File.ReadLines(errors).Where(line => line.Contains("Aborting", StringComparison.Ordinal) || line.StartsWith("CSeq", StringComparison.Ordinal)).Take(MaxComplaintLines));
        return text.Length > MaxComplaint ? text[..MaxComplaint] : text;
    }

    bool Listens()
    {
        var end = new IPEndPoint(IPAddress.Parse(SipPlan.Called), SipPlan.CalledPort);
        var open = IPGlobalProperties.GetIPGlobalProperties();
        return (_transport.IsUdp ? open.GetActiveUdpListeners() : open.GetActiveTcpListeners()).Contains(end);
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
