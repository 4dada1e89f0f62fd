namespace Meetpoint.Xmpp.Server;

/// <summary>A stanza that may still fail, with who is told.</summary>
readonly record struct PendingStanza(XmppStanza Stanza, Action<XmppFailure>? Failed, long QueuedNs);
