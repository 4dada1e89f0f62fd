using System.Buffers;
using System.Text;

namespace Meetpoint.Xmpp.Xml;

/// <summary>Writes XML as UTF-8 into one rented buffer that grows as needed. What cannot stand in XML becomes U+FFFD, so that no text ends a stream.</summary>
/// <remarks>Not thread safe.</remarks>
public sealed class XmppWriter : IDisposable
{
    const int FirstBytes = 1_024;

    static readonly SearchValues<char> _escaped = SearchValues.Create(
        "&<>'\"\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\r\n\t\uFFFE\uFFFF");

    byte[] _bytes = [];
    int _count;

    /// <summary>What was written; lent until the next call.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <summary>How many bytes were written.</summary>
    public int Length => _count;

    /// <summary>Begins anew; the buffer is kept.</summary>
    public void Clear() => _count = 0;

    /// <summary>Takes back what was written after this length.</summary>
    internal void Truncate(int length) => _count = length;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _count = 0;
    }

    /// <summary>Writes bytes as they stand.</summary>
    public XmppWriter Raw(ReadOnlySpan<byte> xml)
    {
        xml.CopyTo(Room(xml.Length));
        _count += xml.Length;
        return this;
    }

    /// <summary>Writes text; "is it an attribute's value" decides whether its line ends are to survive.</summary>
    public XmppWriter Text(ReadOnlySpan<char> text, bool isAttribute = false)
    {
        while (!text.IsEmpty)
        {
            var at = text.IndexOfAny(_escaped);
            var plain = at < 0 ? text : text[..at];
            _count += Encoding.UTF8.GetBytes(plain, Room(plain.Length * 3));
            if (at < 0)
                break;
            Escape(text[at], isAttribute);
            text = text[(at + 1)..];
        }

        return this;
    }

    /// <summary>Writes an attribute with a blank before it; nothing for null.</summary>
    public XmppWriter Attribute(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return this;
        Raw(" "u8).Raw(name).Raw("='"u8).Text(value, isAttribute: true);
        return Raw("'"u8);
    }

    /// <summary>Writes an element where this namespace is the default one.</summary>
    public XmppWriter Element(XmppElement element, string defaultNamespace)
    {
        Raw("<"u8).Text(element.Name);
        if (element.Namespace != defaultNamespace)
            Attribute("xmlns"u8, element.Namespace);
        if (element.AttributeList is { } attributes)
        {
            for (var i = 0; i < attributes.Count; i++)
                Attribute(attributes[i], i);
        }

        if (element.NodeList is not { Count: > 0 } nodes)
            return Raw("/>"u8);
        Raw(">"u8);
        foreach (var node in nodes)
        {
            if (node is XmppElement child)
                Element(child, element.Namespace);
            else
                Text((string)node);
        }

        return Raw("</"u8).Text(element.Name).Raw(">"u8);
    }

    void Attribute(in XmppAttribute attribute, int index)
    {
        if (attribute.Namespace.Length == 0)
        {
            Raw(" "u8);
        }
        else if (attribute.Namespace == NamespaceScopes.XmlNamespace)
        {
            Raw(" xml:"u8);
        }
        else
        {
            Span<byte> prefix = [(byte)'n', (byte)('0' + (index / 10 % 10)), (byte)('0' + (index % 10))];
            Raw(" xmlns:"u8).Raw(prefix).Raw("='"u8).Text(attribute.Namespace, isAttribute: true).Raw("' "u8).Raw(prefix).Raw(":"u8);
        }

        Text(attribute.Name).Raw("='"u8).Text(attribute.Value, isAttribute: true).Raw("'"u8);
    }

    void Escape(char character, bool isAttribute)
    {
        switch (character)
        {
            case '&':
                Raw("&amp;"u8);
                break;
            case '<':
                Raw("&lt;"u8);
                break;
            case '>':
                Raw("&gt;"u8);
                break;
            case '\'':
                Raw("&apos;"u8);
                break;
            case '"':
                Raw("&quot;"u8);
                break;
            case '\r':
                Raw("&#13;"u8);
                break;
            case '\n':
                Raw(isAttribute ? "&#10;"u8 : "\n"u8);
                break;
            case '\t':
                Raw(isAttribute ? "&#9;"u8 : "\t"u8);
                break;
            default:
                Raw("\uFFFD"u8);
                break;
        }
    }

    Span<byte> Room(int bytes)
    {
        if (_count + bytes > _bytes.Length)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, (_count + bytes) * 2));
            Written.CopyTo(grown);
            if (_bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = grown;
        }

        return _bytes.AsSpan(_count);
    }
}
