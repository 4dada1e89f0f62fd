using System.Xml;

namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>Reads the small XML bodies of messages: no document types, no entities from elsewhere, a bounded length.</summary>
static class StrictXml
{
    /// <summary>Bytes of one that is read.</summary>
    public const int MaxBytes = 8_192;

    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxBytes,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>Hands a document to who reads it; the default value when it is too long or not well-formed.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> bytes, Func<XmlReader, T?> read)
    {
        if (bytes.Length > MaxBytes)
            return default;
        try
        {
            using var stream = new MemoryStream(bytes.ToArray(), writable: false);
            using var xml = XmlReader.Create(stream, Settings);
            return read(xml);
        }
        catch (XmlException)
        {
            return default;
        }
    }
}
