using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meetpoint.Xmpp.Xml;

/// <summary>An element with its attributes and all that is in it, for reading and for building. What nobody here knows is kept as it came.</summary>
/// <remarks>Not thread safe. An element that was received may be kept, and put into what is sent.</remarks>
/// <param name="name">Local name.</param>
/// <param name="ns">Namespace; may be empty.</param>
public sealed class XmppElement(string name, string ns)
{
    static readonly List<object> _nothing = [];

    List<XmppAttribute>? _attributes;
    List<object>? _nodes;

    /// <summary>Local name.</summary>
    public string Name => name;

    /// <summary>Namespace; empty without.</summary>
    public string Namespace => ns;

    /// <summary>Its attributes, without namespace declarations.</summary>
    public IReadOnlyList<XmppAttribute> Attributes => _attributes ?? (IReadOnlyList<XmppAttribute>)[];

    /// <summary>What is in it, in order: each an <see cref="XmppElement"/> or a string.</summary>
    public IReadOnlyList<object> Nodes => _nodes ?? _nothing;

    /// <summary>The elements in it.</summary>
    public IEnumerable<XmppElement> Elements => (_nodes ?? _nothing).OfType<XmppElement>();

    /// <summary>The text directly in it, joined; empty without.</summary>
    public string Text
    {
        get
        {
            if (_nodes is null)
                return "";
            if (_nodes is [string only])
                return only;
            var text = new StringBuilder();
            foreach (var node in _nodes)
                text.Append(node as string);
            return text.ToString();
        }
    }

    /// <summary>An attribute without namespace; null without it, and set to null it is taken away.</summary>
    public string? this[string attribute]
    {
        get => Attribute(attribute, "");
        set => SetAttribute(attribute, "", value);
    }

    /// <summary>xml:lang; null without.</summary>
    public string? Language
    {
        get => Attribute("lang", NamespaceScopes.XmlNamespace);
        set => SetAttribute("lang", NamespaceScopes.XmlNamespace, value);
    }

    internal List<object>? NodeList => _nodes;

    internal List<XmppAttribute>? AttributeList => _attributes;

    /// <summary>The value of an attribute; null without it.</summary>
    public string? Attribute(string attribute, string attributeNs)
    {
        if (_attributes is null)
            return null;
        foreach (var one in _attributes)
        {
            if (one.Name == attribute && one.Namespace == attributeNs)
                return one.Value;
        }

        return null;
    }

    /// <summary>Sets an attribute; null takes it away.</summary>
    public XmppElement SetAttribute(string attribute, string attributeNs, string? value)
    {
        var at = _attributes?.FindIndex(one => one.Name == attribute && one.Namespace == attributeNs) ?? -1;
        if (value is null)
        {
            if (at >= 0)
                _attributes!.RemoveAt(at);
        }
        else if (at >= 0)
        {
            _attributes![at] = new XmppAttribute(attribute, attributeNs, value);
        }
        else
        {
            (_attributes ??= []).Add(new XmppAttribute(attribute, attributeNs, value));
        }

        return this;
    }

    /// <summary>The first element of this name in it; null without.</summary>
    /// <param name="child">Local name.</param>
    /// <param name="childNs">Namespace; null for that of this element.</param>
    public XmppElement? Element(string child, string? childNs = null)
    {
        if (_nodes is null)
            return null;
        var wanted = childNs ?? ns;
        foreach (var node in _nodes)
        {
            if (node is XmppElement element && element.Name == child && element.Namespace == wanted)
                return element;
        }

        return null;
    }

    /// <summary>Adds an element and gives this one, so that calls can be chained.</summary>
    public XmppElement Add(XmppElement child)
    {
        (_nodes ??= []).Add(child);
        return this;
    }

    /// <summary>Adds an element of this name with a text, in the namespace of this one unless another is named; gives this one.</summary>
    public XmppElement Add(string child, string? text = null, string? childNs = null) => Add(new XmppElement(child, childNs ?? ns).AddText(text));

    /// <summary>Adds text; nothing for null or the empty one. Gives this one.</summary>
    public XmppElement AddText(string? text)
    {
        if (!string.IsNullOrEmpty(text))
            (_nodes ??= []).Add(text);
        return this;
    }

    /// <summary>Takes an element away; false when it is not in it.</summary>
    public bool Remove(XmppElement child) => _nodes?.Remove(child) ?? false;

    /// <summary>A copy that shares nothing.</summary>
    public XmppElement Copy()
    {
        var copy = new XmppElement(name, ns);
        if (_attributes is not null)
            copy._attributes = [.. _attributes];
        if (_nodes is not null)
            copy._nodes = [.. _nodes.Select(node => node is XmppElement element ? element.Copy() : node)];
        return copy;
    }

    /// <summary>Reads one element with nothing but white space around it; never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out XmppElement? element, XmlLimits? limits = null)
    {
        using var reader = new XmlStreamReader(limits ?? XmlLimits.Default, new XmlNames());
        reader.Add("<s>"u8);
        reader.Add(utf8);
        reader.Add("</s>"u8);
        element = reader.Next() == XmlStreamEvent.Opened && reader.Next() == XmlStreamEvent.Element ? reader.Element : null;
        if (reader.Next() != XmlStreamEvent.Ended)
            element = null;
        return element is not null;
    }

    /// <summary>The element as XML.</summary>
    public override string ToString()
    {
        using var writer = new XmppWriter();
        writer.Element(this, "");
        return Encoding.UTF8.GetString(writer.Written);
    }

    internal void AddAttribute(in XmppAttribute attribute) => (_attributes ??= []).Add(attribute);
}
