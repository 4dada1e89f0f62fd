namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Namespaces of PIDF and of what stands within it.</summary>
static class PidfNames
{
    /// <summary>RFC 3863.</summary>
    public const string Pidf = "urn:ietf:params:xml:ns:pidf";

    /// <summary>RFC 4479: person and device.</summary>
    public const string DataModel = "urn:ietf:params:xml:ns:pidf:data-model";

    /// <summary>RFC 4480.</summary>
    public const string Rpid = "urn:ietf:params:xml:ns:pidf:rpid";

    /// <summary>RPID as its drafts had it, and as the Cisco style still writes it.</summary>
    public const string DraftRpid = "urn:ietf:params:xml:ns:pidf:status:rpid";

    /// <summary>RFC 5196.</summary>
    public const string Caps = "urn:ietf:params:xml:ns:pidf:caps";

    /// <summary>RFC 5196 as its drafts had it.</summary>
    public const string DraftCaps = "urn:ietf:params:xml:ns:pidf:servcaps";

    /// <summary>RFC 4482.</summary>
    public const string Cipid = "urn:ietf:params:xml:ns:pidf:cipid";

    /// <summary>RFC 5262.</summary>
    public const string Diff = "urn:ietf:params:xml:ns:pidf-diff";

    /// <summary>Activities of the Cisco style.</summary>
    public const string CiscoRpid = "urn:cisco:params:xml:ns:pidf:rpid";

    /// <summary>Sources of the Cisco style.</summary>
    public const string CiscoSource = "urn:cisco:params:xml:ns:pidf:source";

    /// <summary>What no other has: our own words, which others may pass over.</summary>
    public const string Meetpoint = "urn:meetpoint:presence:1";

    /// <summary>True for a namespace whose words for activities are read.</summary>
    public static bool HasActivities(string ns) => ns.StartsWith(Pidf, StringComparison.Ordinal) || ns is CiscoRpid or Meetpoint;
}
