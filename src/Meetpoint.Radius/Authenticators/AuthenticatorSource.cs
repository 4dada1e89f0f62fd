using Meetpoint.Net;

namespace Meetpoint.Radius.Authenticators;

/// <summary>Request authenticators that nobody foresees (RFC 2865 section 3), drawn ahead by the page: one draw of the system costs more than a packet.</summary>
/// <param name="randomness">Where they come from.</param>
public sealed class AuthenticatorSource(Randomness randomness)
{
    const int PageLength = 4_096;

    readonly byte[] _page = new byte[PageLength];
    int _at = PageLength;

    /// <summary>The next one. Each is given once.</summary>
    public RequestAuthenticator Next()
    {
        if (_at == PageLength)
        {
            randomness.Fill(_page);
            _at = 0;
        }

        var bytes = _page.AsSpan(_at, RequestAuthenticator.Length);
        var next = RequestAuthenticator.Read(bytes);
        bytes.Clear();
        _at += RequestAuthenticator.Length;
        return next;
    }
}
