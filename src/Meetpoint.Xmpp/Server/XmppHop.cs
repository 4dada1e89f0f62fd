using Meetpoint.Net;

namespace Meetpoint.Xmpp.Server;

/// <summary>One place to try for a domain.</summary>
/// <param name="Address">Address and port.</param>
/// <param name="IsDirectTls">TLS from the first byte (XEP-0368).</param>
readonly record struct XmppHop(NetAddress Address, bool IsDirectTls);
