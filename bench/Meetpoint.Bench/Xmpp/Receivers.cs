using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Xmpp;

/// <summary>What receivers have in common.</summary>
static partial class Receivers
{
    const int StartMs = 30_000;

    /// <summary>Waits until a receiver takes servers and users; ends it when it does not come up.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static void WaitFor(ChildProgram program, string host, string name)
    {
        if (Pause.Until(() => program.HasExited || (Listens(host, XmppPlan.ServerPort) && Listens(host, XmppPlan.WatcherPort)), StartMs) && !program.HasExited)
            return;
        var tail = program.Tail;
        program.Dispose();
        throw new IOException($"{name} does not come up: {tail}");
    }

    /// <summary>Name and version as its package has it.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="package">Of Debian.</param>
    public static string VersionOf(string name, string package)
    {
        using var asked = Process.Start(new ProcessStartInfo("dpkg-query", ["-W", "-f", "${Version}", package]) { RedirectStandardOutput = true })!;
        var text = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        return $"{name} {VersionNumber.Match(text).Value}";
    }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionNumber { get; }

    static bool Listens(string host, int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(end => end.Equals(new IPEndPoint(IPAddress.Parse(host), port)));
}
