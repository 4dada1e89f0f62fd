namespace Meetpoint.Media.DataChannels;

/// <summary>Where datagrams and messages of a transport of data channels go. Called within its methods; bytes are valid during the call.</summary>
public interface IDataChannelOutput
{
    /// <summary>A datagram is to go to the peer.</summary>
    void SendDatagram(ReadOnlySpan<byte> datagram);

    /// <summary>Channels may be opened.</summary>
    void OnUp(DataTransport transport);

    /// <summary>A channel is open: the peer has opened it, or knows of ours.</summary>
    void OnOpened(DataTransport transport, DataChannel channel);

    /// <summary>A message came, whole and in order.</summary>
    void OnMessage(DataTransport transport, DataChannel channel, ReadOnlySpan<byte> message, bool isText);

    /// <summary>It is over.</summary>
    void OnDown(DataTransport transport, string reason);
}
