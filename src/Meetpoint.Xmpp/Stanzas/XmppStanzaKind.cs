namespace Meetpoint.Xmpp;

/// <summary>The three kinds of stanza (RFC 6120, section 8).</summary>
public enum XmppStanzaKind
{
    /// <summary>Pushed to somebody.</summary>
    Message,

    /// <summary>How available somebody is, and who may know it.</summary>
    Presence,

    /// <summary>A question, a command, or the answer to one.</summary>
    Iq,
}
