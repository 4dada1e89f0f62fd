namespace Meetpoint.Xmpp.Xml;

/// <summary>An attribute.</summary>
/// <param name="Name">Local name.</param>
/// <param name="Namespace">Empty for an attribute without prefix, which is nearly every one.</param>
/// <param name="Value">Its value, references resolved.</param>
public readonly record struct XmppAttribute(string Name, string Namespace, string Value);
