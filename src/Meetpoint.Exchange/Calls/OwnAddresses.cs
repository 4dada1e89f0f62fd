using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The names and addresses by which this exchange is meant in a URI or a Via. Immutable.</summary>
sealed class OwnAddresses
{
    readonly byte[][] _hosts;
    readonly byte[][] _hostPorts;
    readonly (string Name, SipTransport Transport, byte[] HostPort)[] _listeners;

    /// <param name="exchange">Its domain name.</param>
    /// <param name="listeners">Each listener with its "host:port", as told and as bound.</param>
    public OwnAddresses(string exchange, IReadOnlyList<(string Name, SipTransport Transport, string HostPort)> listeners)
    {
        _listeners = [.. listeners.Distinct().Select(own => (own.Name, own.Transport, Encoding.UTF8.GetBytes(own.HostPort)))];
        _hostPorts = [.. listeners.Select(own => own.HostPort).Distinct(StringComparer.OrdinalIgnoreCase).Select(Encoding.UTF8.GetBytes)];
        _hosts = [Encoding.UTF8.GetBytes(exchange)];
    }

    /// <summary>Name of the listener that a Route of ours leads to; null when it leads to none.</summary>
    public string? ListenerOf(in SipUriView route)
    {
        var wanted = !route.Parameters.TryGet("transport"u8, out var transport) ? SipTransport.Udp
            : Ascii.EqualsIgnoreCase(transport, "tcp"u8) ? SipTransport.Tcp : Ascii.EqualsIgnoreCase(transport, "tls"u8) ? SipTransport.Tls : SipTransport.Udp;
        foreach (var own in _listeners)
        {
            if (own.Transport == wanted && IsAt(in route, own.HostPort))
                return own.Name;
        }

        return null;
    }

    /// <summary>The address of the listener of that name, or of the first where it is null; null when it is told by name only.</summary>
    public Meetpoint.Net.NetAddress? AddressOf(string? listener)
    {
        foreach (var own in _listeners)
        {
            if ((listener is null || own.Name == listener) && Meetpoint.Net.NetAddress.TryParse(Encoding.UTF8.GetString(own.HostPort), 0, out var address))
                return address;
        }

        return null;
    }

    /// <summary>True for a sent-by of ours.</summary>
    public bool IsSentBy(ReadOnlySpan<byte> sentBy)
    {
        foreach (var own in _hostPorts)
        {
            if (Ascii.EqualsIgnoreCase(sentBy, own))
                return true;
        }

        return false;
    }

    /// <summary>True when the URI's host and port are ours.</summary>
    public bool Contains(in SipUriView uri)
    {
        foreach (var own in _hosts)
        {
            if (Ascii.EqualsIgnoreCase(uri.Host, own))
                return true;
        }

        foreach (var own in _hostPorts)
        {
            if (IsAt(in uri, own))
                return true;
        }

        return false;
    }

    static bool IsAt(in SipUriView uri, byte[] hostPort)
    {
        var colon = hostPort.AsSpan().LastIndexOf((byte)':');
        return colon > 0 && Ascii.EqualsIgnoreCase(uri.Host, hostPort.AsSpan(0, colon))
            && System.Buffers.Text.Utf8Parser.TryParse(hostPort.AsSpan(colon + 1), out int port, out _) && port == (uri.Port != 0 ? uri.Port : 5060);
    }
}
