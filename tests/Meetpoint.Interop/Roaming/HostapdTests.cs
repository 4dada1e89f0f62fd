using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Interop.Peers;
using NodaTime;

namespace Meetpoint.Interop.Roaming;

/// <summary>What is written for hostapd is read by hostapd: a network without radio comes up with it.</summary>
public sealed partial class HostapdTests
{
    static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Advertisement_WithEverythingInIt_IsTakenByHostapd()
    {
        var eap = Enum.GetValues<EapMethod>();
        var provider = new Provider
        {
            Id = "albion", Name = "Albion", Exchange = "albion.example", Domains = ["albion.example"],
            Realms = [.. Enumerable.Range(0, 25).Select(i => new Realm { Name = $"realm{i}.example" }), new Realm { Name = "*.albion.example", Eap = [.. eap] }, .. eap.Select(one => new Realm { Name = $"{(int)one}.example", Eap = [one] })],
        };
        var hotspot = new Hotspot
        {
            Id = "x", Name = "x", Latitude = 0, Longitude = 0, Country = "GB", Security = HotspotSecurity.Passpoint,
            Passpoint = new PasspointVenue { VenueGroup = 11, VenueType = 255, VenueName = new string('é', HotspotLimits.LineChars) },
        };
        var advertisement = new PasspointAdvertisement(
            provider, hotspot, [.. provider.Realms.Select(realm => new WelcomeRealm("albion", realm))], ["5a03ba", "0123456789"], ["albion.example", "b.example"], Instant.FromUtc(2026, 11, 22, 9, 30));
        var output = await RunAsync(HostapdText.Of(advertisement));
        Assert.True(output.Contains("AP-ENABLED", StringComparison.Ordinal) && !Complaint().IsMatch(output), output);
    }

    [Fact]
    public async Task Line_ThatItDoesNotKnow_IsComplainedOf() => Assert.Matches(Complaint(), await RunAsync("nai_realms=0,albion.example\n"));

    /// <summary>Its output until the network is up, or it ended.</summary>
    static async Task<string> RunAsync(string lines)
    {
        var hostapd = RealPeer.Require("hostapd", "hostapd");
        var folder = RealPeer.NewFolder("hostapd");
        var file = Path.Combine(folder, "hostapd.conf");
        await File.WriteAllTextAsync(
            file,
            "interface=none0\ndriver=none\nssid=Albion\nhw_mode=g\nchannel=1\nwpa=2\nwpa_key_mgmt=WPA-EAP\nrsn_pairwise=CCMP\nieee8021x=1\n"
            + "auth_server_addr=127.0.0.1\nauth_server_port=1812\nauth_server_shared_secret=x\n" + lines,
            Cancel);
        using var process = Process.Start(new ProcessStartInfo(hostapd, file) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = new StringBuilder();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(_soon);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                output.AppendLine(line);
                if (line.Contains("AP-ENABLED", StringComparison.Ordinal))
                    break;
            }

            return output.ToString();
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"^Line \d+: ", RegexOptions.Multiline)]
    private static partial Regex Complaint();
}
