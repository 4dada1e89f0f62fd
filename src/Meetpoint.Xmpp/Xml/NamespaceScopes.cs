namespace Meetpoint.Xmpp.Xml;

/// <summary>Which prefix means which namespace, in the elements that are open (Namespaces in XML 1.0).</summary>
sealed class NamespaceScopes
{
    internal const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";

    readonly List<(string Prefix, string Namespace, int Depth)> _declared = [];

    /// <summary>Declares for an element at this depth and what is within.</summary>
    internal void Declare(string prefix, string ns, int depth) => _declared.Add((prefix, ns, depth));

    /// <summary>Forgets what was declared at this depth or within.</summary>
    internal void Leave(int depth)
    {
        while (_declared.Count > 0 && _declared[^1].Depth >= depth)
            _declared.RemoveAt(_declared.Count - 1);
    }

    /// <summary>Null when the prefix is not declared; the empty prefix always means something.</summary>
    internal string? Find(string prefix)
    {
        for (var i = _declared.Count - 1; i >= 0; i--)
        {
            if (_declared[i].Prefix == prefix)
                return _declared[i].Namespace;
        }

        return prefix switch
        {
            "" => "",
            "xml" => XmlNamespace,
            _ => null,
        };
    }

    internal void Clear() => _declared.Clear();
}
