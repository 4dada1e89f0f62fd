using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Sip.Clue;

/// <summary>Writes messages; elements stand in the order that the schema of RFC 8847 section 9 has.</summary>
public static class ClueWriter
{
    const string P = ClueNames.Messages;

    /// <summary>The message as it goes over the channel.</summary>
    public static byte[] Write(ClueMessage message)
    {
        var xml = new XmlDocumentWriter("p", NameOf(message), P, ("", ClueNames.Info), ("xsi", ClueNames.SchemaInstance));
        xml.Attribute("protocol", ClueNames.Protocol).Attribute("v", message.Version);
        xml.Element("clueId", P, message.ClueId).Element("sequenceNr", P, Text(message.Sequence));
        if (message is ClueResponse response)
            xml.Element("responseCode", P, Text((uint)response.Code)).Element("reasonString", P, response.Reason);
        switch (message)
        {
            case ClueOptions options:
                xml.Element("mediaProvider", P, Text(options.IsProvider)).Element("mediaConsumer", P, Text(options.IsConsumer));
                if (options.Versions.Count > 0)
                    List(xml, "supportedVersions", P, "version", P, options.Versions);
                break;
            case ClueOptionsResponse { Settled: { } settled } options:
                xml.Element("mediaProvider", P, Text(options.IsProvider)).Element("mediaConsumer", P, Text(options.IsConsumer)).Element("version", P, settled);
                break;
            case ClueAdvertisement advertisement:
                ClueModelWriter.Write(xml, advertisement);
                break;
            case ClueAck ack:
                xml.Element("advSequenceNr", P, Text(ack.Advertisement));
                break;
            case ClueConfigure configure:
                xml.Element("advSequenceNr", P, Text(configure.Advertisement)).Element("ack", P, configure.IsAck ? "200" : null);
                ClueModelWriter.Write(xml, configure.Encodings);
                break;
            case ClueConfigureResponse configured:
                xml.Element("confSequenceNr", P, Text(configured.Configuration));
                break;
        }

        return xml.Finish();
    }

    internal static void List(XmlDocumentWriter xml, string name, string ns, string item, string itemNs, IEnumerable<string> values)
    {
        xml.Start(name, ns);
        foreach (var value in values)
            xml.Element(item, itemNs, value);
        xml.End();
    }

    internal static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Text(bool flag) => flag ? "true" : "false";

    static string NameOf(ClueMessage message) => message switch
    {
        ClueOptions => "options",
        ClueOptionsResponse => "optionsResponse",
        ClueAdvertisement => "advertisement",
        ClueAck => "ack",
        ClueConfigure => "configure",
        _ => "configureResponse",
    };
}
