namespace Meetpoint.Media.DataChannels;

/// <summary>Where an association's packets and messages go. Called within its methods; bytes are valid during the call. Messages may be sent from it.</summary>
public interface ISctpOutput
{
    /// <summary>A packet is to go to the peer; it may be lost.</summary>
    void SendPacket(ReadOnlySpan<byte> packet);

    /// <summary>Messages may be sent.</summary>
    void OnUp();

    /// <summary>A message came, whole and, in its stream, in order.</summary>
    void OnMessage(ushort stream, uint payloadProtocol, ReadOnlySpan<byte> message);

    /// <summary>It is over.</summary>
    void OnDown(string reason);
}
