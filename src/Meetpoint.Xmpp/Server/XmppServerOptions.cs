using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp;

/// <summary>Limits, times and habits of an <see cref="XmppServer"/>.</summary>
public sealed record XmppServerOptions
{
    /// <summary>Where servers listen, without an SRV record that says otherwise (RFC 6120, section 14.7).</summary>
    public const int DefaultPort = 5_269;

    /// <summary>What is shown and believed in TLS, which is then required. Null: no TLS at all, for tests and a wire that is secure by other means.</summary>
    public XmppTls? Tls { get; init; }

    /// <summary>Limits of each received stream.</summary>
    public XmlLimits Limits { get; init; } = XmlLimits.Default;

    /// <summary>From which dialback keys follow (XEP-0185); equal on the nodes of a cluster. Null draws one.</summary>
    public byte[]? DialbackSecret { get; init; }

    /// <summary>True offers and takes one stream for both ways (XEP-0288).</summary>
    public bool IsBidirectional { get; init; } = true;

    /// <summary>True offers and takes stream management (XEP-0198): what a lost stream swallowed is sent again.</summary>
    public bool UsesStreamManagement { get; init; } = true;

    /// <summary>True tries to carry several pairs of domains on one stream of ours, by dialback (XEP-0220, section 2.6).</summary>
    public bool IsMultiplexing { get; init; }

    /// <summary>What service discovery tells as our name.</summary>
    public string Name { get; init; } = "Meetpoint";

    /// <summary>What service discovery tells beside disco#info and ping.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Port of a server that has no SRV record.</summary>
    public int RemotePort { get; init; } = DefaultPort;

    /// <summary>Streams at a time, both ways; further ones are turned away.</summary>
    public int MaxStreams { get; init; } = 4_096;

    /// <summary>Pairs of domains that are known at a time; what is sent to further ones fails with resource-constraint.</summary>
    public int MaxPairs { get; init; } = 10_000;

    /// <summary>Remote and local domains that one incoming stream may prove.</summary>
    public int MaxPairsPerStream { get; init; } = 64;

    /// <summary>Stanzas that wait for a pair's stream; further ones fail with resource-constraint.</summary>
    public int MaxQueuedStanzas { get; init; } = 2_000;

    /// <summary>Stanzas that wait for streams in all.</summary>
    public int MaxQueuedStanzasInAll { get; init; } = 50_000;

    /// <summary>Stanzas that a peer with stream management may leave unacknowledged; it is given up beyond.</summary>
    public int MaxUnacknowledged { get; init; } = 2_000;

    /// <summary>Dialback keys that are being verified at a time; further ones fail.</summary>
    public int MaxVerifications { get; init; } = 1_000;

    /// <summary>Seconds that a stream has to come about, from the connection to the proof.</summary>
    public int NegotiationSeconds { get; init; } = 30;

    /// <summary>Seconds that a stanza has to become whole, from its first byte.</summary>
    public int StanzaSeconds { get; init; } = 30;

    /// <summary>Seconds without sending after which a blank is sent (RFC 6120, section 4.6.1); 0 sends none.</summary>
    public int KeepAliveSeconds { get; init; } = 60;

    /// <summary>Seconds without a stanza after which a stream is closed.</summary>
    public int IdleCloseSeconds { get; init; } = 900;

    /// <summary>Seconds that the other end has to close its direction after we closed ours.</summary>
    public int CloseSeconds { get; init; } = 5;

    /// <summary>Seconds that the other end has to acknowledge what it was asked about (XEP-0198).</summary>
    public int AcknowledgeSeconds { get; init; } = 30;

    /// <summary>Seconds that a stanza waits for a stream before it fails with remote-server-timeout.</summary>
    public int QueueSeconds { get; init; } = 60;

    /// <summary>Seconds between two attempts to reach a domain while stanzas wait: at first, doubling each time.</summary>
    public int FirstRetrySeconds { get; init; } = 1;

    /// <summary>Seconds between two attempts at most.</summary>
    public int MaxRetrySeconds { get; init; } = 30;
}
