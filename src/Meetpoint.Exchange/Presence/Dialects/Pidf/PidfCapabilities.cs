using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Service capabilities (RFC 5196, and its drafts): those that people see.</summary>
static class PidfCapabilities
{
    static readonly (Capabilities Capability, string Name, string CiscoName)[] Names =
    [
        (Capabilities.Audio, "audio", "audio"), (Capabilities.Video, "video", "video"),
        (Capabilities.Message, "message", "text"), (Capabilities.Sharing, "application", "application"),
    ];

    /// <summary>What a tuple can do; nothing where it does not say.</summary>
    public static Capabilities Read(Markup tuple)
    {
        var capabilities = Capabilities.None;
        if (tuple.Child("servcaps") is not { } services)
            return capabilities;
        foreach (var (capability, name, ciscoName) in Names)
        {
            if (services.Child(name)?.Text is "true" or "1" || services.Child(ciscoName)?.Text is "true" or "1")
                capabilities |= capability;
        }

        return capabilities;
    }

    /// <summary>Writes what is to be had; nothing where nothing is said.</summary>
    public static void Write(XmlDocumentWriter xml, PidfVocabulary vocabulary, Capabilities capabilities)
    {
        if (capabilities == Capabilities.None)
            return;
        xml.Start("servcaps", vocabulary.Caps);
        foreach (var (capability, name, ciscoName) in Names)
        {
            if (capabilities.HasFlag(capability))
                xml.Element(vocabulary.IsCisco ? ciscoName : name, vocabulary.Caps, "true");
        }

        xml.End();
    }
}
