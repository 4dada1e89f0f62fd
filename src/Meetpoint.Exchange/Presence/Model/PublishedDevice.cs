using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meetpoint.Exchange.Presence;

/// <summary>
/// The names under which exchanges put states into other systems. Any exchange knows by them what another has put there, and takes none of it for what the system says itself:
/// otherwise two exchanges beside the same two systems would tell each other's words for ever.
/// </summary>
static class PublishedDevice
{
    /// <summary>What a published device's name begins with.</summary>
    public const string Mark = "mpx-";

    /// <summary>The upper half of a published instance of a category: "MP".</summary>
    const uint InstanceMark = 0x4D50_0000;

    /// <summary>The name under which a device is put into another system: the same at each time, and of another device another.</summary>
    public static string NameOf(DeviceState device)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{device.Origin}\n{device.Device}"), hash);
        return Mark + Convert.ToHexStringLower(hash[..8]);
    }

    /// <summary>The instance under which a person's phone state is put into another system's categories.</summary>
    /// <param name="exchange">The exchange that does.</param>
    /// <param name="address">The person.</param>
    public static uint InstanceOf(string exchange, string address)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{exchange}\n{address}"), hash);
        return InstanceMark | (uint)(hash[0] << 8) | hash[1];
    }

    /// <summary>True for a device that an exchange has put there, ours or another.</summary>
    public static bool IsMarked(string device)
    {
        if (device.StartsWith(Mark, StringComparison.Ordinal))
            return true;
        var dash = device.LastIndexOf('-');
        return dash > 0 && device.AsSpan(0, dash).EndsWith("State") && uint.TryParse(device.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var instance)
            && (instance & 0xFFFF_0000) == InstanceMark;
    }
}
