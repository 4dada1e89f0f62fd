using System.Globalization;
using System.Text;
using System.Xml;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>The conference event package (RFC 4575): tells subscribers who is in the meeting, on every exchange. On the signalling loop only.</summary>
sealed class ConferencePackage(LiveMeeting meeting) : INotifier
{
    /// <summary>The package's name.</summary>
    public const string Event = "conference";

    /// <summary>Subscribers of one meeting.</summary>
    public const int MaxSubscribers = 200;

    const string MediaType = "application/conference-info+xml";
    const string Namespace = "urn:ietf:params:xml:ns:conference-info";

    readonly List<NotifierSubscription> _subscribers = [];

    /// <summary>Takes a SUBSCRIBE; the state follows at once.</summary>
    public void Subscribe(IncomingRequest request)
    {
        if (_subscribers.Count >= MaxSubscribers)
        {
            request.Respond(503, null, ("Retry-After", "60"));
            return;
        }

        if (meeting.Context.Ua.AcceptSubscription(request, this) is not { } subscription)
            return;
        _subscribers.Add(subscription);
        subscription.Notify(MediaType, State());
    }

    /// <summary>Something changed. Full state each time: the user agent drops what is overtaken before it was sent.</summary>
    public void Changed()
    {
        if (_subscribers.Count == 0)
            return;
        var state = State();
        foreach (var subscriber in _subscribers.ToList())
            subscriber.Notify(MediaType, state);
    }

    public void End()
    {
        foreach (var subscriber in _subscribers.ToList())
            subscriber.End("noresource");
        _subscribers.Clear();
    }

    void INotifier.OnRefreshed(NotifierSubscription subscription, SipMessage request) => subscription.Notify(MediaType, State());

    void INotifier.OnEnded(NotifierSubscription subscription, string reason) => _subscribers.Remove(subscription);

    byte[] State()
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            var own = meeting.Half.Join!.Uri;
            xml.WriteStartElement("conference-info", Namespace);
            xml.WriteAttributeString("entity", own);
            xml.WriteAttributeString("state", "full");
            xml.WriteAttributeString("version", meeting.Roster.Version.ToString(CultureInfo.InvariantCulture));
            xml.WriteStartElement("conference-description", Namespace);
            xml.WriteElementString("subject", Namespace, meeting.Meeting.Title);
            xml.WriteEndElement();
            var entries = meeting.Roster.All.ToList();
            xml.WriteStartElement("conference-state", Namespace);
            xml.WriteElementString("user-count", Namespace, entries.Count.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("active", Namespace, "true");
            xml.WriteElementString("locked", Namespace, meeting.IsLocked ? "true" : "false");
            xml.WriteEndElement();
            xml.WriteStartElement("users", Namespace);
            foreach (var entry in entries)
                User(xml, entry);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void User(XmlWriter xml, RosterEntry entry)
    {
        xml.WriteStartElement("user", Namespace);
        xml.WriteAttributeString("entity", "sip:" + entry.Address);
        xml.WriteAttributeString("state", "full");
        if (entry.Name is { } name)
            xml.WriteElementString("display-text", Namespace, name);
        xml.WriteStartElement("endpoint", Namespace);
        xml.WriteAttributeString("entity", $"sip:{entry.Address};id={entry.Id.ToString(CultureInfo.InvariantCulture)}");
        xml.WriteElementString("status", Namespace, entry.State switch
        {
            ParticipantState.Dialling => "dialing-out",
            ParticipantState.EnteringPin or ParticipantState.Entering => "pending",
            ParticipantState.Lobby => "on-hold",
            ParticipantState.In => "connected",
            _ => "disconnected",
        });
        xml.WriteStartElement("media", Namespace);
        xml.WriteAttributeString("id", "1");
        xml.WriteElementString("type", Namespace, "audio");
        xml.WriteElementString("src-id", Namespace, entry.Id.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("status", Namespace, entry.IsMuted ? "recvonly" : "sendrecv");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}
