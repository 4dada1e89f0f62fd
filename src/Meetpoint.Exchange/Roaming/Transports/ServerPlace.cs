using System.Globalization;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>Where a server is: an address, or a host whose address is asked for at each attempt.</summary>
/// <param name="Host">As the record says it, without port.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Address">Set where the record has an address.</param>
readonly record struct ServerPlace(string Host, int Port, NetAddress Address)
{
    /// <summary>Reads "aaa.liberty.example:2083" or an address; false for neither.</summary>
    public static bool TryParse(string text, int port, out ServerPlace place)
    {
        place = default;
        if (NetAddress.TryParse(text, port, out var address))
        {
            place = new ServerPlace(address.ToIPAddress().ToString(), address.Port, address);
            return true;
        }

        var colon = text.LastIndexOf(':');
        if (colon >= 0 && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
            return false;
        var host = colon < 0 ? text : text[..colon];
        if (Uri.CheckHostName(host) != UriHostNameType.Dns)
            return false;
        place = new ServerPlace(host, port, NetAddress.None);
        return true;
    }
}
