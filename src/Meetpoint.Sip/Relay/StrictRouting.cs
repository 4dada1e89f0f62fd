using System.Text;

namespace Meetpoint.Sip;

/// <summary>What a strict router before us (RFC 2543) did to a request, undone (RFC 3261 section 16.4).</summary>
public static class StrictRouting
{
    /// <summary>
    /// A strict router puts the next Route value into the request URI, and the request URI at the end of the Route. Where that Route value is a
    /// Record-Route of ours, the request as a loose router would have sent it: ours on top of the Route, the target in the request URI.
    /// </summary>
    /// <param name="message">A request within a dialog.</param>
    /// <param name="isOurs">True for a URI of ours.</param>
    /// <returns>Another message, in memory of its own; null where there is nothing to undo.</returns>
    public static SipMessage? Undo(SipMessage message, SipUriTest isOurs)
    {
        if (message.RequestUriBytes.IndexOf(";lr"u8) < 0 || !message.Has(SipHeader.Route) || SipUriView.Parse(message.RequestUriBytes, out var uri) != SipUriError.None
            || !uri.Parameters.TryGet("lr"u8, out _) || !isOurs(in uri))
            return null;
        var routes = message.Texts(SipHeader.Route);
        if (!NameAddrView.TryParse(Encoding.UTF8.GetBytes(routes[^1]), out var target))
            return null;
        var edits = new SipEdits().Begin(message);
        edits.RemoveAll(SipHeader.Route);
        for (var i = routes.Count - 2; i >= 0; i--)
            edits.InsertFirst(SipHeader.Route, Encoding.UTF8.GetBytes(routes[i]));
        edits.InsertFirst(SipHeader.Route, Encoding.UTF8.GetBytes($"<{Encoding.UTF8.GetString(message.RequestUriBytes)}>"));
        edits.Replace(message.RequestUriRange, target.Uri);
        var undone = new SipMessage();
        if (!undone.TryParse(edits.Write(), out _))
            return null;
        undone.Source = message.Source;
        return undone;
    }
}

/// <summary>Says something of a URI.</summary>
public delegate bool SipUriTest(in SipUriView uri);
