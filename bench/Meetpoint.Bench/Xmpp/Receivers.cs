using System.Net;
using System.Net.NetworkInformation;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Xmpp;

/// <summary>What receivers have in common.</summary>
static class Receivers
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

    static bool Listens(string host, int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(end => end.Equals(new IPEndPoint(IPAddress.Parse(host), port)));
}
