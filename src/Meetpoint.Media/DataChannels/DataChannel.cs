namespace Meetpoint.Media.DataChannels;

/// <summary>One channel of messages: a stream each way with the same number (RFC 8831).</summary>
public sealed class DataChannel
{
    internal DataChannel(ushort stream, string label, string protocol) => (Stream, Label, Protocol) = (stream, label, protocol);

    /// <summary>Its number: even by the DTLS client, odd by the server (RFC 8832 section 6).</summary>
    public ushort Stream { get; }

    /// <summary>Its name, for applications; may be empty.</summary>
    public string Label { get; }

    /// <summary>What is spoken in it, of the registry of WebSocket subprotocols; may be empty.</summary>
    public string Protocol { get; }

    /// <summary>The peer knows of it.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>Whatever the owner wants to find again.</summary>
    public object? Owner { get; set; }
}
