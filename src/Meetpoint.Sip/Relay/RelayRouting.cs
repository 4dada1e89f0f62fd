using System.Text;

namespace Meetpoint.Sip;

/// <summary>Where a request's own Route leads (RFC 3261 section 16.6 steps 6 and 7).</summary>
static class RelayRouting
{
    /// <summary>The next hop once our Route values are off: the next Route value, else the request URI.</summary>
    public static bool TryNextHop(SipMessage request, int ownRoutes, out SipUri hop)
    {
        if (!TryNext(request, ownRoutes, out var value))
            return SipUri.TryParse(request.RequestUriBytes, out hop!);
        hop = null!;
        return NameAddrView.TryParse(value, out var route) && SipUri.TryParse(route.Uri, out hop!);
    }

    /// <summary>
    /// For a next hop that routes strictly, as RFC 2543 did: its URI becomes the request URI, and the request URI the last Route value.
    /// </summary>
    public static void Strict(SipEdits edits, int ownRoutes)
    {
        var message = edits.Message;
        if (!TryNext(message, ownRoutes, out var value) || !IsStrict(value, out var uri))
            return;
        edits.RemoveFirstValues(SipHeader.Route, ownRoutes + 1);
        edits.AddHeader(SipHeader.Route, Encoding.UTF8.GetBytes($"<{Encoding.UTF8.GetString(message.RequestUriBytes)}>"));
        edits.Replace(message.RequestUriRange, uri);
    }

    /// <summary>True when the first Route value that is not ours routes strictly.</summary>
    public static bool IsStrict(SipMessage message, int ownRoutes) => TryNext(message, ownRoutes, out var value) && IsStrict(value, out _);

    static bool TryNext(SipMessage message, int ownRoutes, out ReadOnlySpan<byte> next)
    {
        var skipped = 0;
        foreach (var value in message.Values(SipHeader.Route))
        {
            if (skipped++ < ownRoutes)
                continue;
            next = value;
            return true;
        }

        next = default;
        return false;
    }

    static bool IsStrict(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> target)
    {
        target = default;
        if (!NameAddrView.TryParse(value, out var route) || SipUriView.Parse(route.Uri, out var uri) != SipUriError.None || uri.Parameters.TryGet("lr"u8, out _))
            return false;
        target = route.Uri;
        return true;
    }
}
