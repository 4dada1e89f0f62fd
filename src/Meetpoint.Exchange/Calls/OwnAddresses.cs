using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The names and addresses by which this exchange is meant in a URI or a Via. Immutable.</summary>
sealed class OwnAddresses
{
    readonly byte[][] _hosts;
    readonly byte[][] _hostPorts;

    /// <param name="exchange">Its domain name.</param>
    /// <param name="hostPorts">"host:port" of each listener, as told and as bound.</param>
    public OwnAddresses(string exchange, IEnumerable<string> hostPorts)
    {
        _hostPorts = [.. hostPorts.Distinct(StringComparer.OrdinalIgnoreCase).Select(Encoding.UTF8.GetBytes)];
        _hosts = [Encoding.UTF8.GetBytes(exchange)];
    }

    /// <summary>True for a sent-by of ours.</summary>
    public bool IsSentBy(ReadOnlySpan<byte> sentBy)
    {
        foreach (var own in _hostPorts)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(sentBy, own))
                return true;
        }

        return false;
    }

    /// <summary>True when the URI's host and port are ours.</summary>
    public bool Contains(in SipUriView uri)
    {
        foreach (var own in _hosts)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(uri.Host, own))
                return true;
        }

        var port = uri.Port != 0 ? uri.Port : 5060;
        foreach (var own in _hostPorts)
        {
            var colon = own.AsSpan().LastIndexOf((byte)':');
            if (colon > 0 && System.Text.Ascii.EqualsIgnoreCase(uri.Host, own.AsSpan(0, colon))
                && System.Buffers.Text.Utf8Parser.TryParse(own.AsSpan(colon + 1), out int ownPort, out _) && ownPort == port)
                return true;
        }

        return false;
    }
}
