using System.Text;
using System.Xml;
using Meetpoint.Exchange.Messaging.Bodies;

namespace Meetpoint.Exchange.Messaging.Sessions;

/// <summary>Signs that somebody writes in the Microsoft style: the body of an INFO within a session of messages (MS-SIP).</summary>
static class KeyboardActivity
{
    /// <summary>Its type.</summary>
    public const string MediaType = "application/xml";

    /// <summary>True for somebody who writes, false for one who has stopped; null when it is not such a body.</summary>
    public static bool? Read(ReadOnlySpan<byte> bytes) => StrictXml.Read<bool?>(bytes, static xml =>
    {
        if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "KeyboardActivity")
            return null;
        bool? isTyping = null;
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "status" } && xml.GetAttribute("status") is { } status)
                isTyping = status == "type";
        }

        return isTyping;
    });

    /// <summary>Writes one.</summary>
    public static byte[] Write(bool isTyping) => Encoding.UTF8.GetBytes(
        $"<?xml version=\"1.0\"?>\r\n<KeyboardActivity>\r\n  <status status=\"{(isTyping ? "type" : "idle")}\" />\r\n</KeyboardActivity>");
}
