namespace Meetpoint.Xmpp.Xml;

/// <summary>Reads start tags: names, attributes, and the namespaces that they declare.</summary>
sealed class StartTagReader(XmlLimits limits, XmlNames names, NamespaceScopes scopes)
{
    readonly List<(string Prefix, string Name, string Value)> _attributes = [];

    /// <summary>Reads a tag from "&lt;" to "&gt;".</summary>
    /// <param name="token">Its bytes, not looked at yet.</param>
    /// <param name="depth">How deep it stands; its declarations are made there.</param>
    /// <param name="element">The element, still empty.</param>
    /// <param name="qualifiedName">Its name as it stands in the tag.</param>
    /// <param name="isEmpty">It ends in "/&gt;".</param>
    internal XmlFault Read(ReadOnlySpan<byte> token, int depth, out XmppElement? element, out string qualifiedName, out bool isEmpty)
    {
        element = null;
        qualifiedName = "";
        isEmpty = token[^2] == '/';
        if (XmlText.Check(token) is not XmlFault.None and var invalid)
            return invalid;
        var rest = token[1..(isEmpty ? ^2 : ^1)];
        if (!TryName(ref rest, out var tagName))
            return XmlFault.NotWellFormed;
        if (tagName.Length > limits.MaxNameBytes)
            return XmlFault.Limit;
        _attributes.Clear();
        if (ReadAttributes(rest, depth) is not XmlFault.None and var fault)
            return fault;
        qualifiedName = names.Of(tagName);
        if (!TrySplit(tagName, out var prefix, out var name))
            return XmlFault.NotWellFormed;
        if (scopes.Find(prefix) is not { } ns)
            return XmlFault.Prefix;
        element = new XmppElement(name, ns);
        return Resolve(element);
    }

    static bool IsNameByte(byte value) => value is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9'
        or (byte)'-' or (byte)'_' or (byte)'.' or (byte)':' or >= 0x80;

    static bool TryName(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name)
    {
        var length = 0;
        while (length < rest.Length && IsNameByte(rest[length]))
            length++;
        name = rest[..length];
        rest = rest[length..];
        return length > 0 && name[0] is not ((byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9'));
    }

    static void SkipBlanks(ref ReadOnlySpan<byte> rest) => rest = rest.TrimStart(" \t\r\n"u8);

    bool TrySplit(ReadOnlySpan<byte> qualifiedName, out string prefix, out string name)
    {
        var colon = qualifiedName.IndexOf((byte)':');
        prefix = colon < 0 ? "" : names.Of(qualifiedName[..colon]);
        var local = qualifiedName[(colon + 1)..];
        name = names.Of(local);
        return colon != 0 && !local.IsEmpty && local.IndexOf((byte)':') < 0;
    }

    XmlFault ReadAttributes(ReadOnlySpan<byte> rest, int depth)
    {
        for (var count = 0; ; count++)
        {
            var before = rest.Length;
            SkipBlanks(ref rest);
            if (rest.IsEmpty)
                return XmlFault.None;
            if (rest.Length == before || !TryName(ref rest, out var attribute))
                return XmlFault.NotWellFormed;
            if (count == limits.MaxAttributes || attribute.Length > limits.MaxNameBytes)
                return XmlFault.Limit;
            SkipBlanks(ref rest);
            if (rest is not [(byte)'=', ..])
                return XmlFault.NotWellFormed;
            rest = rest[1..];
            SkipBlanks(ref rest);
            if (rest is not [(byte)'\'' or (byte)'"', ..] || rest[1..].IndexOf(rest[0]) is not (>= 0 and var length))
                return XmlFault.NotWellFormed;
            var raw = rest.Slice(1, length);
            rest = rest[(length + 2)..];
            if (!TrySplit(attribute, out var prefix, out var name))
                return XmlFault.NotWellFormed;
            if (ValueOf(raw, name, out var fault) is not { } value)
                return fault;
            if (prefix.Length == 0 && name == "xmlns")
                scopes.Declare("", value, depth);
            else if (prefix == "xmlns" && value.Length > 0)
                scopes.Declare(name, value, depth);
            else if (prefix == "xmlns")
                return XmlFault.NotWellFormed;
            else
                _attributes.Add((prefix, name, value));
        }
    }

    /// <summary>Values that come again are shared; an id never does.</summary>
    string? ValueOf(ReadOnlySpan<byte> raw, string name, out XmlFault fault)
    {
        if (raw.IndexOf((byte)'<') >= 0)
        {
            fault = XmlFault.NotWellFormed;
            return null;
        }

        fault = XmlFault.None;
        return name != "id" && !raw.ContainsAny("&\r\n\t"u8) ? names.Of(raw) : XmlText.Decode(raw, isAttribute: true, out fault);
    }

    XmlFault Resolve(XmppElement element)
    {
        foreach (var (prefix, name, value) in _attributes)
        {
            // An attribute without prefix is in no namespace, whatever the default one is.
            if ((prefix.Length == 0 ? "" : scopes.Find(prefix)) is not { } ns)
                return XmlFault.Prefix;
            if (element.Attribute(name, ns) is not null)
                return XmlFault.NotWellFormed;
            element.AddAttribute(new XmppAttribute(name, ns, value));
        }

        return XmlFault.None;
    }
}
