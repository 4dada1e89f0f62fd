namespace Meetpoint.Xmpp;

/// <summary>A stanza that was not delivered.</summary>
/// <param name="Stanza">Which.</param>
/// <param name="Condition">The stanza error that its sender is told.</param>
/// <param name="Reason">In words, for the operator.</param>
public readonly record struct XmppFailure(XmppStanza Stanza, XmppCondition Condition, string Reason);
