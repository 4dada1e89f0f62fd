using System.Diagnostics;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>eapol_test of wpa_supplicant: a device and its access point in one.</summary>
/// <param name="source">Address that it sends from.</param>
/// <param name="secret">What it shares with the server.</param>
sealed class EapolTest(NetAddress source, string secret)
{
    static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);

    /// <summary>Authenticates once; what it wrote.</summary>
    /// <param name="server">Whom it asks.</param>
    /// <param name="network">Lines of the network: method, identity and what proves it.</param>
    /// <param name="device">Number of the device, 0 to 255.</param>
    public async Task<string> RunAsync(NetAddress server, string network, int device = 1)
    {
        var eapol = RealPeer.Require("eapol_test", "eapoltest");
        var folder = RealPeer.NewFolder("eapol");
        try
        {
            var file = Path.Combine(folder, "network.conf");
            await File.WriteAllTextAsync(file, $"network={{\n ssid=\"Albion\"\n key_mgmt=WPA-EAP\n {network}\n}}\n");
            var start = new ProcessStartInfo(
                eapol, ["-c", file, "-a", server.Host, "-p", $"{server.Port}", "-s", secret, "-A", source.Host, "-t", "8", "-M", $"02:00:00:00:00:{device:x2}"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WithinAsync(_longest, "eapol_test to end");
            return await output + await errors;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Fails unless it was let in, with the keys that both ends have.</summary>
    public static void AssertIn(string output) =>
        Assert.True(output.TrimEnd().EndsWith("SUCCESS", StringComparison.Ordinal) && output.Contains("MPPE keys OK: 1  mismatch: 0", StringComparison.Ordinal), output[^Math.Min(output.Length, 3_000)..]);
}
