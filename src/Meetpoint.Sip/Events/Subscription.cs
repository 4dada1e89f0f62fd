namespace Meetpoint.Sip;

/// <summary>A subscription usage of a dialog (RFC 6665), from either side. On the loop only.</summary>
public abstract class Subscription
{
    private protected Subscription(SipUserAgent ua, string eventKey)
    {
        Ua = ua;
        Event = eventKey;
    }

    /// <summary>Event package, with ";id=" where one is given.</summary>
    public string Event { get; }

    /// <summary>The dialog; null while the first NOTIFY or 200 is open.</summary>
    public Dialog? Dialog { get; private protected set; }

    /// <summary>True when it is over; nothing follows.</summary>
    public bool IsEnded { get; private protected set; }

    /// <summary>Anything that the application wants to keep with it.</summary>
    public object? Tag { get; set; }

    internal SipUserAgent Ua { get; }

    internal abstract void OnRequest(ServerTransaction transaction);

    private protected SipRequest Request(string method)
    {
        var request = Dialog!.Request(method);
        request.ContactUser = Dialog.ContactUser;
        request.Headers.Add((SipHeader.Event.Name(), Event));
        return request;
    }
}
