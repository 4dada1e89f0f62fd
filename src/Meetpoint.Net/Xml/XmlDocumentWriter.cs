using System.Text;
using System.Xml;

namespace Meetpoint.Net.Xml;

/// <summary>Writes a document in UTF-8. Text of whatever origin is safe: characters that XML cannot carry are left out.</summary>
public sealed class XmlDocumentWriter
{
    static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        NewLineHandling = NewLineHandling.Entitize, // a line feed of a note comes back as the one that it was
    };

    readonly MemoryStream _stream = new(1024);
    readonly XmlWriter _xml;

    /// <summary>Opens the root, with the namespaces that are used below it.</summary>
    public XmlDocumentWriter(string prefix, string name, string ns, params ReadOnlySpan<(string Prefix, string Namespace)> namespaces)
    {
        _xml = XmlWriter.Create(_stream, Settings);
        _xml.WriteStartDocument();
        _xml.WriteStartElement(prefix, name, ns.Length == 0 ? null : ns);
        foreach (var (otherPrefix, otherNamespace) in namespaces)
        {
            if (otherPrefix.Length == 0)
                _xml.WriteAttributeString("xmlns", otherNamespace);
            else
                _xml.WriteAttributeString("xmlns", otherPrefix, null, otherNamespace);
        }
    }

    /// <summary>Bytes written so far.</summary>
    public long Length
    {
        get
        {
            _xml.Flush();
            return _stream.Length;
        }
    }

    /// <summary>Opens an element.</summary>
    public XmlDocumentWriter Start(string name, string ns)
    {
        _xml.WriteStartElement(name, ns.Length == 0 ? null : ns);
        return this;
    }

    /// <summary>Opens an element with a default namespace of its own, where others would want a prefix.</summary>
    public XmlDocumentWriter StartUnprefixed(string name, string ns)
    {
        _xml.WriteStartElement("", name, ns);
        return this;
    }

    /// <summary>An attribute of the element that was opened last; nothing where the value is null.</summary>
    public XmlDocumentWriter Attribute(string name, string? value)
    {
        if (value is not null)
            _xml.WriteAttributeString(name, XmlCharacters.Clean(value));
        return this;
    }

    /// <summary>An attribute with a namespace.</summary>
    public XmlDocumentWriter Attribute(string prefix, string name, string ns, string value)
    {
        _xml.WriteAttributeString(prefix, name, ns, XmlCharacters.Clean(value));
        return this;
    }

    /// <summary>Text within the element that is open.</summary>
    public XmlDocumentWriter Text(string text)
    {
        _xml.WriteString(XmlCharacters.Clean(text));
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public XmlDocumentWriter End()
    {
        _xml.WriteEndElement();
        return this;
    }

    /// <summary>An element with text; nothing where the text is null.</summary>
    public XmlDocumentWriter Element(string name, string ns, string? text) => text is null ? this : Start(name, ns).Text(text).End();

    /// <summary>An element without content.</summary>
    public XmlDocumentWriter Empty(string name, string ns) => Start(name, ns).End();

    /// <summary>Closes all, and gives the document. Nothing may be written after.</summary>
    public byte[] Finish()
    {
        _xml.WriteEndDocument();
        _xml.Dispose();
        return _stream.ToArray();
    }
}
