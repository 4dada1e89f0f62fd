namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Namespaces and media types of the Microsoft style (MS-PRES, MS-SIP).</summary>
static class MicrosoftNames
{
    /// <summary>Categories of a presentity, to who watches her.</summary>
    public const string CategoriesType = "application/msrtc-event-categories+xml";

    /// <summary>The older presence document.</summary>
    public const string PidfType = "text/xml+msrtc.pidf";

    /// <summary>The oldest.</summary>
    public const string XpidfType = "application/xpidf+xml";

    /// <summary>What a publication by SERVICE carries.</summary>
    public const string PublishType = "application/msrtc-category-publish+xml";

    /// <summary>A fault of a publication.</summary>
    public const string FaultType = "application/msrtc-fault+xml";

    /// <summary>What a publication is answered with: the publisher's own categories, with their versions.</summary>
    public const string RoamingSelfType = "application/vnd-microsoft-roaming-self+xml";

    /// <summary>Categories.</summary>
    public const string Categories = "http://schemas.microsoft.com/2006/09/sip/categories";

    /// <summary>The state category.</summary>
    public const string State = "http://schemas.microsoft.com/2006/09/sip/state";

    /// <summary>The note category.</summary>
    public const string Note = "http://schemas.microsoft.com/2006/09/sip/note";

    /// <summary>The contact card category.</summary>
    public const string ContactCard = "http://schemas.microsoft.com/2006/09/sip/contactcard";

    /// <summary>Publications.</summary>
    public const string RichPresence = "http://schemas.microsoft.com/2006/09/sip/rich-presence";

    /// <summary>Types of a schema instance.</summary>
    public const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>The container whose members are outsiders.</summary>
    public const string ExternalContainer = "100";
}
