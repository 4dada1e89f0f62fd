using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>A place where RADIUS comes in over UDP.</summary>
/// <param name="Name">By which access servers name it.</param>
/// <param name="Authentication">Address and port of Access-Requests, 1812 by custom; port 0 takes a free one.</param>
/// <param name="Accounting">Address and port of Accounting-Requests, 1813 by custom.</param>
public sealed record RadiusListen(string Name, NetAddress Authentication, NetAddress Accounting);
