using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Authenticators;

/// <summary>What is kept of a request so that its answer can be checked, or written.</summary>
/// <param name="Code">What it was.</param>
/// <param name="Id">Its identifier, 0 to 255; in RADIUS/1.1 its token.</param>
/// <param name="Authenticator">Its authenticator; not used in RADIUS/1.1.</param>
public readonly record struct RequestMark(RadiusCode Code, uint Id, RequestAuthenticator Authenticator);
