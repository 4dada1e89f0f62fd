using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>A place where RADIUS comes in over UDP.</summary>
/// <param name="Name">By which access servers name it.</param>
/// <param name="Authentication">Address and port of Access-Requests, 1812 by custom; port 0 takes a free one.</param>
/// <param name="Accounting">Address and port of Accounting-Requests, 1813 by custom.</param>
/// <param name="Dynamic">Address and port where home servers send Disconnect- and CoA-Requests (RFC 5176), 3799 by custom; not set: nowhere.</param>
public sealed record RadiusListen(string Name, NetAddress Authentication, NetAddress Accounting, NetAddress Dynamic = default);

/// <summary>A place where RADIUS comes in over TLS (RFC 6614): all of it on one port.</summary>
/// <param name="Name">For logs.</param>
/// <param name="Local">Address and port, 2083 by custom; port 0 takes a free one.</param>
/// <param name="Certificate">What it shows; null for the certificate that the identity key signs, which exchanges need.</param>
public sealed record RadiusTlsListen(string Name, NetAddress Local, TlsCertificate? Certificate = null);
