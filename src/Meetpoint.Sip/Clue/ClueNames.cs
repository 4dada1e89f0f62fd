namespace Meetpoint.Sip.Clue;

/// <summary>Words of CLUE, the control of several streams of telepresence rooms: framework RFC 8845, data model RFC 8846, protocol RFC 8847, SIP and SDP RFC 8848, channel RFC 8850.</summary>
public static class ClueNames
{
    /// <summary>The one version of the protocol that there is.</summary>
    public const string Version = "1.0";

    /// <summary>Name of the protocol in its messages, and of the data channel's subprotocol (RFC 8850).</summary>
    public const string Protocol = "CLUE";

    /// <summary>Semantics of the group that names the channel and the lines that it controls (RFC 8848).</summary>
    public const string Group = "CLUE";

    /// <summary>Media feature tag in Contact of who speaks it (RFC 8848, registered with RFC 3840).</summary>
    public const string FeatureTag = "+sip.clue";

    /// <summary>Namespace of the data model.</summary>
    public const string Info = "urn:ietf:params:xml:ns:clue-info";

    /// <summary>Namespace of the messages.</summary>
    public const string Messages = "urn:ietf:params:xml:ns:clue-protocol";

    internal const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
}
