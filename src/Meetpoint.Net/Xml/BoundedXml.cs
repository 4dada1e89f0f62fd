using System.Diagnostics.CodeAnalysis;
using System.Xml;

namespace Meetpoint.Net.Xml;

/// <summary>Reads XML from outside: no document type, no entities of its own, nothing fetched, and bounds on all that grows.</summary>
public static class BoundedXml
{
    /// <summary>Bytes of a document, at most.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Elements within each other, at most.</summary>
    public const int MaxDepth = 16;

    /// <summary>Elements of a document, at most.</summary>
    public const int MaxElements = 4096;

    /// <summary>Attributes of an element, at most.</summary>
    public const int MaxAttributes = 32;

    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxBytes,
        MaxCharactersFromEntities = MaxBytes,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The document; false, with a fault in words, when it is malformed or beyond a bound. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out Markup? root, [NotNullWhen(false)] out string? fault)
    {
        root = null;
        fault = null;
        if (body.Length > MaxBytes)
        {
            fault = $"more than {MaxBytes} bytes";
            return false;
        }

        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.ToArray(), writable: false), Settings);
            root = Read(reader, out fault);
        }
        catch (Exception e) when (e is XmlException or ArgumentException or InvalidOperationException or NotSupportedException or IOException)
        {
            fault = e.Message;
        }

        if (fault is not null)
            root = null;
        else if (root is null)
            fault = "no element";
        return root is not null;
    }

    /// <summary>
    /// As <see cref="TryRead"/>, but a document type that only names itself is dropped: XPIDF has one (MS-SIP 4.11). One with declarations within is refused.
    /// </summary>
    public static bool TryReadWithDoctype(ReadOnlySpan<byte> body, [NotNullWhen(true)] out Markup? root, [NotNullWhen(false)] out string? fault)
    {
        var start = body.Length > MaxBytes ? -1 : body.IndexOf("<!DOCTYPE"u8);
        if (start < 0)
            return TryRead(body, out root, out fault);
        byte quote = 0;
        for (var i = start; i < body.Length; i++)
        {
            if (quote != 0)
                quote = body[i] == quote ? (byte)0 : quote;
            else if (body[i] is (byte)'"' or (byte)'\'')
                quote = body[i];
            else if (body[i] == '[')
                break;
            else if (body[i] == '>')
                return TryRead([.. body[..start], .. body[(i + 1)..]], out root, out fault);
        }

        root = null;
        fault = "a document type with declarations, or without end";
        return false;
    }

    static Markup? Read(XmlReader reader, out string? fault)
    {
        Markup? root = null;
        var open = new Stack<Markup>(MaxDepth);
        var elements = 0;
        fault = null;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    fault = ++elements > MaxElements ? $"more than {MaxElements} elements"
                        : reader.Depth >= MaxDepth ? $"more than {MaxDepth} elements within each other"
                        : reader.AttributeCount > MaxAttributes ? $"more than {MaxAttributes} attributes" : null;
                    if (fault is not null)
                        return null;
                    var isEmpty = reader.IsEmptyElement;
                    var element = Element(reader);
                    root ??= element;
                    if (open.TryPeek(out var parent))
                        parent.Add(element);
                    if (!isEmpty)
                        open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    if (open.TryPeek(out var holder))
                        holder.Add(reader.Value);
                    break;
                default:
                    break;
            }
        }

        return root;
    }

    static Markup Element(XmlReader reader)
    {
        var element = new Markup(reader.NamespaceURI, reader.LocalName);
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix != "xmlns" && reader.Name != "xmlns")
                element.Add(reader.NamespaceURI, reader.LocalName, reader.Value);
        }

        return element;
    }
}
