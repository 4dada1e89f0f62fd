using Meetpoint.Net;

namespace Meetpoint.Interop.Xmpp;

/// <summary>How a real server is set up.</summary>
/// <param name="Host">Its address; it listens there for servers on 5269 and for users on 5222.</param>
/// <param name="Domains">What it serves.</param>
/// <param name="NameServer">Whom it asks for names.</param>
/// <param name="Certificate">PEM files of a certificate for all of its domains, and its key.</param>
/// <param name="Trusted">PEM file of who vouches for others.</param>
/// <param name="RequiresCertificate">True takes nobody without one that proves its domain; false takes dialback.</param>
sealed record NeighbourSettings(
    NetAddress Host, IReadOnlyList<string> Domains, NetAddress NameServer, (string Certificate, string Key) Certificate, string Trusted, bool RequiresCertificate)
{
    public NetAddress Servers => Host.WithPort(5_269);

    public NetAddress Clients => Host.WithPort(5_222);
}
