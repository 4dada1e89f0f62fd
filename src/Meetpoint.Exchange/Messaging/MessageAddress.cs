using Meetpoint.Sip;

namespace Meetpoint.Exchange.Messaging;

/// <summary>Addresses of people in messages, and their URIs.</summary>
static class MessageAddress
{
    /// <summary>The address in a URI: user@domain in lower case, or "+" and digits; what is none of these stays.</summary>
    public static string Of(string uri)
    {
        if (!SipUri.TryParse(uri, out var parsed))
            return Lower(uri);
        return parsed.TelephoneNumber is { } number ? number : parsed.User is { } user ? Lower($"{user}@{parsed.Host}") : Lower(parsed.Host);
    }

    /// <summary>The URI of an address; a number is one of this host's.</summary>
    public static string Uri(string address, string host) => address.StartsWith('+') ? $"sip:{address}@{host};user=phone" : "sip:" + address;

#pragma warning disable CA1308 // Addresses are written in lower case everywhere.
    static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
