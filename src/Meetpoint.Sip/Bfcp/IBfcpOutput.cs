namespace Meetpoint.Sip.Bfcp;

/// <summary>The way to the other end of floor control.</summary>
public interface IBfcpOutput
{
    /// <summary>Sends a datagram, or octets of the stream; taken before it returns.</summary>
    void Send(ReadOnlySpan<byte> bytes);
}

/// <summary>Hears what the other end of floor control says.</summary>
public interface IBfcpListener
{
    /// <summary>It asks or tells something, for the first time; over unreliable transport it waits for <see cref="BfcpAssociation.Answer"/>.</summary>
    void OnMessage(BfcpMessage message, long nowNs);

    /// <summary>It answered what was asked or told.</summary>
    void OnAnswer(BfcpMessage asked, BfcpMessage answer, long nowNs);

    /// <summary>It does not answer, or asks faster than it hears: nothing is on its way any more, and it may come back with a message of its own.</summary>
    void OnLost(long nowNs);
}
