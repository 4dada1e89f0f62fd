using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>Asks rtpengine over its ng protocol: a cookie and a bencoded dictionary of strings in a datagram, and the like in answer.</summary>
sealed class NgClient : IDisposable
{
    const int TimeoutMs = 3000;
    const int MaxAnswerBytes = 65_536;

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = TimeoutMs };
    readonly byte[] _answer = new byte[MaxAnswerBytes];
    int _cookie;

    public NgClient(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Sends a command; the answer as it came, behind the cookie.</summary>
    /// <exception cref="SocketException">No answer.</exception>
    public string Ask(params ReadOnlySpan<(string Key, string Value)> command)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"c{++_cookie} d");
        foreach (var (key, value) in command)
            text.Append(CultureInfo.InvariantCulture, $"{key.Length}:{key}{value.Length}:{value}");
        _socket.Send(Encoding.ASCII.GetBytes(text.Append('e').ToString()));
        return Encoding.ASCII.GetString(_answer, 0, _socket.Receive(_answer));
    }

    public void Dispose() => _socket.Dispose();
}
