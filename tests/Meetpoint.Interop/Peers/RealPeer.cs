using System.Net.NetworkInformation;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>Programs that others wrote, which tests stand against.</summary>
static class RealPeer
{
    /// <summary>Path of a program; without it the test fails as root, who can install it, and is skipped otherwise.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="package">The Debian package that brings it.</param>
    public static string Require(string program, string package)
    {
        if (ExecutablePath.Find(program) is { } path)
            return path;
        var reason = $"{program} is not installed: apt-get install --no-install-recommends {package}";
        if (Environment.IsPrivilegedProcess)
            Assert.Fail(reason);
        Assert.Skip(reason);
        return "";
    }

    /// <summary>True when somebody has that address and port bound for UDP.</summary>
    public static bool HearsDatagrams(NetAddress listen) => IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(end => end.Equals(listen.ToIPEndPoint()));

    /// <summary>True when somebody listens there for TCP.</summary>
    public static bool HearsStreams(NetAddress listen) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(end => end.Equals(listen.ToIPEndPoint()));

    /// <summary>A folder for one peer, gone with it.</summary>
    public static string NewFolder(string name) => Directory.CreateTempSubdirectory($"meetpoint-{name}-").FullName;
}
