using System.Text;
using System.Xml;

namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>Signs that somebody writes, as application/im-iscomposing+xml (RFC 3994).</summary>
static class ComposingBody
{
    /// <summary>Its type.</summary>
    public const string MediaType = "application/im-iscomposing+xml";

    const string Namespace = "urn:ietf:params:xml:ns:im-iscomposing";

    /// <summary>How long a sign holds unless it is repeated; the least that RFC 3994 section 3.3 allows.</summary>
    const int RefreshSeconds = 60;

    /// <summary>True for somebody who writes, false for one who has stopped; null when it is not such a body.</summary>
    public static bool? Read(ReadOnlySpan<byte> bytes) => StrictXml.Read<bool?>(bytes, Read);

    /// <summary>Writes one.</summary>
    public static byte[] Write(bool isActive) => Encoding.UTF8.GetBytes(
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<isComposing xmlns=\"{Namespace}\"><state>{(isActive ? "active" : "idle")}</state>"
        + $"<contenttype>text/plain</contenttype>{(isActive ? $"<refresh>{RefreshSeconds}</refresh>" : "")}</isComposing>");

    static bool? Read(XmlReader xml)
    {
        if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "isComposing" || xml.NamespaceURI != Namespace)
            return null;
        bool? isActive = null;
        while (xml.Read())
        {
            // What stands after it is read no further, but has to be well-formed.
            if (isActive is null && xml is { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "state", NamespaceURI: Namespace } && xml.Read())
                isActive = xml is { NodeType: XmlNodeType.Text } && xml.Value.Trim() == "active";
        }

        return isActive;
    }
}
