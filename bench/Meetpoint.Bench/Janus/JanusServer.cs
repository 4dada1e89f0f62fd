using System.Diagnostics;

namespace Meetpoint.Bench.Janus;

/// <summary>A Janus of its own, configured into a temporary folder, on loopback only.</summary>
sealed class JanusServer : IDisposable
{
    const string Program = "/usr/bin/janus";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-janus-").FullName;

    /// <summary>Starts it, and waits until it answers.</summary>
    public JanusServer()
    {
        JanusConfiguration.Write(_folder);
        Process = Process.Start(new ProcessStartInfo(
            Program, ["-C", Path.Combine(_folder, "janus.jcfg"), "-F", _folder, "--disable-stdout", "--log-file", Path.Combine(_folder, "janus.log")]))!;
        try
        {
            Version = Api.WaitForVersion();
        }
        catch
        {
            Process.Kill();
            Dispose();
            throw;
        }
    }

    /// <summary>True when Janus is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>The process, which its owner ends.</summary>
    public Process Process { get; }

    /// <summary>How it is asked.</summary>
    public JanusApi Api { get; } = new(JanusConfiguration.HttpPort);

    /// <summary>As Janus says it.</summary>
    public string Version { get; } = "";

    public void Dispose()
    {
        Api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
