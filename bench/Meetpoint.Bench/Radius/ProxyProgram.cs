using System.Net;
using System.Net.NetworkInformation;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Radius;

/// <summary>A proxy of another make, started in the foreground on a folder of its own.</summary>
sealed class ProxyProgram : IMeasured
{
    const int StartMs = 15_000;

    readonly string _folder;
    readonly ChildProgram _program;

    /// <param name="program">Its path.</param>
    /// <param name="host">Where it listens.</param>
    /// <param name="configure">Writes what it is configured by into the folder that it is handed; gives the arguments.</param>
    /// <param name="isTls">True for one that is asked over TLS.</param>
    /// <exception cref="IOException">It does not come up.</exception>
    public ProxyProgram(string program, string host, Func<string, IEnumerable<string>> configure, bool isTls = false)
    {
        var address = IPAddress.Parse(host);
        int[] ports = isTls ? [RadiusPlan.TlsPort] : [RadiusPlan.AuthenticationPort, RadiusPlan.AccountingPort];
        // One that was left behind would be taken for this one, which cannot bind and ends.
        if (ports.Any(Listens))
            throw new IOException($"something listens on {host} already");
        _folder = Directory.CreateTempSubdirectory("meetpoint-bench-radius-").FullName;
        _program = new ChildProgram(program, configure(_folder));
        if (Pause.Until(() => _program.HasExited || ports.All(Listens), StartMs) && !_program.HasExited)
            return;
        var tail = Tail;
        Dispose();
        throw new IOException($"{Path.GetFileName(program)} does not come up: {tail}");

        bool Listens(int port) => (isTls ? IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners() : IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners())
            .Contains(new IPEndPoint(address, port));
    }

    public long ProcessorNs => _program.ProcessorNs;

    public long ResidentBytes => _program.ResidentBytes;

    public string Tail => _program.Tail;

    public void Dispose()
    {
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
