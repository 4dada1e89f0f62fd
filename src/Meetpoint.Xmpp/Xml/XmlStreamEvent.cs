namespace Meetpoint.Xmpp.Xml;

/// <summary>What an <see cref="XmlStreamReader"/> has next.</summary>
public enum XmlStreamEvent
{
    /// <summary>More bytes are needed.</summary>
    None,

    /// <summary>The stream's start tag came: <see cref="XmlStreamReader.Header"/>.</summary>
    Opened,

    /// <summary>A child of the stream is whole: <see cref="XmlStreamReader.Element"/>.</summary>
    Element,

    /// <summary>The stream's end tag came. What follows is not read.</summary>
    Ended,

    /// <summary>No XML stream that we take: <see cref="XmlStreamReader.Fault"/>. It stays so.</summary>
    Fault,
}
