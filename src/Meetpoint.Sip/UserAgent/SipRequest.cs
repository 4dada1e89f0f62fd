namespace Meetpoint.Sip;

/// <summary>A request that we make: all but Via and Contact, which the flow decides.</summary>
public sealed class SipRequest
{
    /// <summary>A request.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="uri">Request URI as text.</param>
    public SipRequest(string method, string uri)
    {
        Method = method;
        Uri = uri;
    }

    /// <summary>Method.</summary>
    public string Method { get; }

    /// <summary>Request URI.</summary>
    public string Uri { get; set; }

    /// <summary>From; the user agent adds a tag when it has none.</summary>
    public required NameAddress From { get; set; }

    /// <summary>To; with tag inside a dialog.</summary>
    public required NameAddress To { get; set; }

    /// <summary>Call-ID; null takes a new one.</summary>
    public string? CallId { get; set; }

    /// <summary>CSeq number; grows when the request is sent again with credentials.</summary>
    public uint CSeq { get; set; } = 1;

    /// <summary>Max-Forwards, 0 to 255.</summary>
    public int MaxForwards { get; set; } = 70;

    /// <summary>Route values in order.</summary>
    public IReadOnlyList<string> Routes { get; set; } = [];

    /// <summary>User part of the Contact; null sends none.</summary>
    public string? ContactUser { get; set; }

    /// <summary>Parameters behind the Contact, each with its semicolon; empty without.</summary>
    public string ContactFeatures { get; set; } = "";

    /// <summary>Further headers.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>Content-Type; null without body.</summary>
    public string? ContentType { get; set; }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    internal Func<uint>? NextCSeq { get; set; }

    internal ReadOnlySpan<byte> Write(SipWriter writer, SipFlow flow, string branch, IEnumerable<(string Name, string Value)> authorization)
    {
        // A connection that we opened and that proved who we are serves the other side's requests as well (RFC 5923 section 6).
        var parameter = !flow.IsReliable ? ";rport" : flow is { Transport: SipTransport.Tls, IsOpenedHere: true, Listener.StreamListener: not null } ? ";alias" : "";
        writer.Request(Method, Uri);
        writer.Header(SipHeader.Via, $"SIP/2.0/{flow.Transport.ViaName()} {flow.SentBy};branch={branch}{parameter}");
        writer.Header(SipHeader.Max_Forwards, MaxForwards);
        foreach (var route in Routes)
            writer.Header(SipHeader.Route, route);
        writer.Header(SipHeader.From, From.ToString());
        writer.Header(SipHeader.To, To.ToString());
        writer.Header(SipHeader.Call_ID, CallId!);
        writer.Header(SipHeader.CSeq, $"{CSeq} {Method}");
        if (ContactUser is not null)
            writer.Header(SipHeader.Contact, Contact(flow, ContactUser) + ContactFeatures);
        foreach (var (name, value) in Headers)
            writer.Header(name, value);
        foreach (var (name, value) in authorization)
            writer.Header(name, value);
        return ContentType is null ? writer.End() : writer.EndWithBody(ContentType, Body.Span);
    }

    /// <summary>A Contact by which the other side reaches us on this kind of flow.</summary>
    internal static string Contact(SipFlow flow, string user)
    {
        var at = user.Length == 0 ? "" : user + "@";
        return flow.Transport == SipTransport.Udp ? $"<sip:{at}{flow.SentBy}>" : $"<sip:{at}{flow.SentBy};transport={flow.Transport.UriName()}>";
    }
}
