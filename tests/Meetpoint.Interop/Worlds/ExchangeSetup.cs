using System.Diagnostics;
using System.Globalization;
using Meetpoint.Demo.World;
using Meetpoint.Net;

namespace Meetpoint.Interop.Worlds;

/// <summary>What a test's world changes of an exchange of the demonstration before it starts, how it starts one alone, and stops one.</summary>
static class ExchangeSetup
{
    /// <summary>Starts Albion's exchange alone, and applies its world; Liberty's never answers.</summary>
    /// <param name="world">The two.</param>
    /// <param name="more">Further neighbours.</param>
    public static async Task StartAlbionAsync(this DemoWorld world, string more = "")
    {
        await world.Albion.StartAsync();
        await world.Albion.ApplyAsync(WorldFiles.World(world.Albion.Party, world.Liberty.Party, world.Liberty.IdentityKey, world.Residents, more));
    }

    /// <summary>One more listener for SIP, with a certificate of its own or that of the exchange.</summary>
    public static Task ListenAsync(this DemoExchange exchange, string name, string transport, NetAddress at, (string Certificate, string Key)? own = null) => exchange.ConfigureAsync(
        "media:\n", $"  - name: {name}\n    transport: {transport}\n    listen: {at}\n{(own is var (certificate, key) ? $"    certificate: {certificate}\n    key: {key}\n" : "")}media:\n");

    /// <summary>Puts other text in place of some that stands in the configuration, for the next start.</summary>
    public static async Task ConfigureAsync(this DemoExchange exchange, string before, string after)
    {
        var configuration = await File.ReadAllTextAsync(exchange.ConfigurationPath);
        Assert.Contains(before, configuration, StringComparison.Ordinal);
        await File.WriteAllTextAsync(exchange.ConfigurationPath, configuration.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>Sends its process a signal, such as STOP and CONT: it stands still, and goes on.</summary>
    public static async Task SignalAsync(this DemoExchange exchange, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", exchange.Process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
