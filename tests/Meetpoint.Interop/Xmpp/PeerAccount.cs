using System.Diagnostics;

namespace Meetpoint.Interop.Xmpp;

/// <summary>Servers that refuse to run as root run under the account that their package made.</summary>
static class PeerAccount
{
    /// <summary>What comes before the program; it becomes the program, so that its id is the one that was started.</summary>
    public static IReadOnlyList<string> Prefix(string account) =>
        ["--reuid", account, "--regid", account, "--clear-groups", "--"];

    /// <summary>Gives a folder and all in it to the account.</summary>
    public static async Task OwnAsync(string folder, string account)
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip($"only root can run a server as {account}");
        using var chown = Process.Start("chown", ["-R", $"{account}:{account}", folder]);
        await chown.WaitForExitAsync();
        Assert.Equal(0, chown.ExitCode);
    }
}
