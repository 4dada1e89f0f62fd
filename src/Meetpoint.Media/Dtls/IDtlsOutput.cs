namespace Meetpoint.Media.Dtls;

/// <summary>Where an endpoint's datagrams go.</summary>
public interface IDtlsOutput
{
    /// <summary>
    /// Sends one datagram to the peer; the bytes are valid during the call. Called only from within calls to the endpoint, after OpenSSL is
    /// done, so it may deliver to another endpoint at once. May lose the datagram, as the network may; should not throw.
    /// </summary>
    void SendDatagram(ReadOnlySpan<byte> datagram);

    /// <summary>
    /// The peer's application data, one record; where <see cref="DtlsOptions.CarriesData"/>. The bytes are valid during the call, and data may be sent from it.
    /// </summary>
    void OnData(ReadOnlySpan<byte> data)
    {
    }
}
