namespace Meetpoint.Xmpp.Xml;

/// <summary>
/// Reads an XML stream (RFC 6120, section 4) from bytes as they come, however they are split: first its header, then each child once it is whole.
/// Takes what section 11 allows and nothing else, and nothing beyond its limits. Never throws for what it reads.
/// </summary>
/// <remarks>Not thread safe.</remarks>
public sealed class XmlStreamReader : IDisposable
{
    readonly XmlLimits _limits;
    readonly XmlNames _names;
    readonly XmlTokenizer _tokens;
    readonly NamespaceScopes _scopes = new();
    readonly StartTagReader _tags;
    readonly List<(XmppElement Element, string QualifiedName)> _open = [];
    string _streamName = "";
    int _stanzaBytes;
    int _nodes;
    bool _hasBegun;
    bool _hasEnded;

    /// <summary>A reader of one stream.</summary>
    public XmlStreamReader(XmlLimits limits)
        : this(limits, new XmlNames())
    {
    }

    internal XmlStreamReader(XmlLimits limits, XmlNames names)
    {
        _limits = limits;
        _names = names;
        _tokens = new XmlTokenizer(limits.MaxStanzaBytes);
        _tags = new StartTagReader(limits, names, _scopes);
    }

    /// <summary>The stream's start tag, without what is within; null until it came.</summary>
    public XmppElement? Header { get; private set; }

    /// <summary>The namespace of what stands in the stream without a prefix; empty until its header came.</summary>
    public string DefaultNamespace => _scopes.Find("")!;

    /// <summary>The last whole child; the reader keeps no hold of it.</summary>
    public XmppElement? Element { get; private set; }

    /// <summary>Why it went wrong.</summary>
    public XmlFault Fault { get; private set; }

    /// <summary>Bytes that wait to become whole; 0 between children.</summary>
    public int Pending => _tokens.Pending + (_open.Count > 0 ? _stanzaBytes : 0);

    /// <summary>Takes bytes that came.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (!_hasEnded && Fault == XmlFault.None)
            _tokens.Add(bytes);
    }

    /// <summary>What comes next; to be called until it gives None.</summary>
    public XmlStreamEvent Next()
    {
        while (Fault == XmlFault.None && !_hasEnded)
        {
            var kind = _tokens.Next(out var token);
            if (kind == XmlTokenKind.None)
            {
                if (_open.Count > 0 && _stanzaBytes + _tokens.Pending > _limits.MaxStanzaBytes)
                    return Fail(XmlFault.Limit);
                if (_open.Count == 0)
                    _tokens.SkipBlanks();
                _tokens.Rest();
                return XmlStreamEvent.None;
            }

            var fault = Take(kind, token, out var found);
            if (fault != XmlFault.None)
                return Fail(fault);
            if (found != XmlStreamEvent.None)
                return found;
        }

        return Fault == XmlFault.None ? XmlStreamEvent.None : XmlStreamEvent.Fault;
    }

    /// <summary>Begins anew with the next byte, as after TLS and SASL (RFC 6120, section 4.3.3). False when bytes wait that belong to the old stream.</summary>
    public bool Restart()
    {
        var isClean = _tokens.Pending == 0;
        _scopes.Clear();
        _open.Clear();
        _hasBegun = _hasEnded = false;
        _stanzaBytes = _nodes = 0;
        Header = Element = null;
        return isClean;
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose() => _tokens.Dispose();

    XmlFault Take(XmlTokenKind kind, ReadOnlySpan<byte> token, out XmlStreamEvent found)
    {
        found = XmlStreamEvent.None;
        var isFirst = !_hasBegun;
        _hasBegun = true;
        if (_open.Count > 0 && (_stanzaBytes += token.Length) > _limits.MaxStanzaBytes)
            return XmlFault.Limit;
        switch (kind)
        {
            case XmlTokenKind.StartTag:
                return Start(token, ref found);
            case XmlTokenKind.EndTag:
                return End(token, ref found);
            case XmlTokenKind.Text or XmlTokenKind.CData:
                return Text(token, kind == XmlTokenKind.CData);
            case XmlTokenKind.Declaration:
                return isFirst ? Declaration(token) : XmlFault.Restricted;
            default:
                return _tokens.Fault;
        }
    }

    XmlFault Start(ReadOnlySpan<byte> token, ref XmlStreamEvent found)
    {
        var isHeader = Header is null;
        var depth = isHeader ? 0 : _open.Count + 1;
        if (depth > _limits.MaxDepth)
            return XmlFault.Limit;
        if (depth == 1)
        {
            _nodes = 0;
            _stanzaBytes = token.Length;
            if (_stanzaBytes > _limits.MaxStanzaBytes)
                return XmlFault.Limit;
        }

        var fault = _tags.Read(token, depth, out var element, out var qualifiedName, out var isEmpty);
        if (fault != XmlFault.None)
            return fault;
        if ((_nodes += 1 + element!.Attributes.Count) > _limits.MaxNodes)
            return XmlFault.Limit;
        if (isHeader)
        {
            Header = element;
            _streamName = qualifiedName;
            _hasEnded = isEmpty;
            found = XmlStreamEvent.Opened;
            return XmlFault.None;
        }

        if (_open.Count > 0)
            _open[^1].Element.Add(element);
        if (!isEmpty)
        {
            _open.Add((element, qualifiedName));
            return XmlFault.None;
        }

        _scopes.Leave(depth);
        Complete(element, ref found);
        return XmlFault.None;
    }

    XmlFault End(ReadOnlySpan<byte> token, ref XmlStreamEvent found)
    {
        var name = _names.Of(token[2..^1].TrimEnd(" \t\r\n"u8));
        if (_open.Count == 0)
        {
            if (Header is null || name != _streamName)
                return XmlFault.NotWellFormed;
            _hasEnded = true;
            found = XmlStreamEvent.Ended;
            return XmlFault.None;
        }

        var (element, qualifiedName) = _open[^1];
        if (name != qualifiedName)
            return XmlFault.NotWellFormed;
        _scopes.Leave(_open.Count);
        _open.RemoveAt(_open.Count - 1);
        Complete(element, ref found);
        return XmlFault.None;
    }

    void Complete(XmppElement element, ref XmlStreamEvent found)
    {
        if (_open.Count > 0)
            return;
        Element = element;
        found = XmlStreamEvent.Element;
    }

    XmlFault Text(ReadOnlySpan<byte> token, bool isCData)
    {
        if (_open.Count == 0)
        {
            // Between children only white space may stand: a keep-alive (RFC 6120, section 4.6.1).
            return !isCData && token.Trim(" \t\r\n"u8).IsEmpty ? XmlFault.None : XmlFault.NotWellFormed;
        }

        if (XmlText.Check(token) is not XmlFault.None and var invalid)
            return invalid;
        if (!isCData && token.IndexOf("]]>"u8) >= 0)
            return XmlFault.NotWellFormed;
        var fault = XmlFault.None;
        var text = isCData ? System.Text.Encoding.UTF8.GetString(token).ReplaceLineEndings("\n") : XmlText.Decode(token, isAttribute: false, out fault);
        if (text is null)
            return fault;
        if (++_nodes > _limits.MaxNodes)
            return XmlFault.Limit;
        _open[^1].Element.AddText(text);
        return XmlFault.None;
    }

    static XmlFault Declaration(ReadOnlySpan<byte> token)
    {
        var text = System.Text.Encoding.UTF8.GetString(token);
        var at = text.IndexOf("encoding", StringComparison.Ordinal);
        return at < 0 || text.AsSpan(at).Contains("utf-8", StringComparison.OrdinalIgnoreCase) ? XmlFault.None : XmlFault.Encoding;
    }

    XmlStreamEvent Fail(XmlFault fault)
    {
        Fault = fault;
        _open.Clear();
        _tokens.Dispose();
        return XmlStreamEvent.Fault;
    }
}
