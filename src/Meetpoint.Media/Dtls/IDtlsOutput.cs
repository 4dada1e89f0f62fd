namespace Meetpoint.Media.Dtls;

/// <summary>Where an endpoint's datagrams go.</summary>
public interface IDtlsOutput
{
    /// <summary>
    /// Sends one datagram to the peer; the bytes are valid during the call. Called only from within calls to the endpoint, after OpenSSL is
    /// done, so it may deliver to another endpoint at once. May lose the datagram, as the network may; should not throw.
    /// </summary>
    void SendDatagram(ReadOnlySpan<byte> datagram);
}
