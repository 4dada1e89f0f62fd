using System.Text;

namespace Meetpoint.Net.Xml;

/// <summary>An element of a document that was read: names, attributes, children and text, and nothing that outlives it.</summary>
/// <remarks>
/// The framework's own element type keeps every name that it met for as long as the namespace is in use: names of a stranger's choice would stay for good.
/// </remarks>
public sealed class Markup(string ns, string name)
{
    List<(string Namespace, string Name, string Value)>? _attributes;
    List<Markup>? _children;
    StringBuilder? _text;

    /// <summary>The namespace; empty without.</summary>
    public string Namespace => ns;

    /// <summary>The name, without prefix.</summary>
    public string Name => name;

    /// <summary>Elements within, in their order.</summary>
    public IReadOnlyList<Markup> Children => (IReadOnlyList<Markup>?)_children ?? [];

    /// <summary>The text directly within, as it stands.</summary>
    public string Exact => _text?.ToString() ?? "";

    /// <summary>The text directly within, without the white space around it.</summary>
    public string Text => Exact.Trim();

    /// <summary>True for this name in this namespace.</summary>
    public bool Is(string otherNamespace, string otherName) => name == otherName && ns == otherNamespace;

    /// <summary>An attribute without namespace; null when absent.</summary>
    public string? Attribute(string attribute)
    {
        foreach (var (attributeNamespace, attributeName, value) in _attributes ?? [])
        {
            if (attributeName == attribute && attributeNamespace.Length == 0)
                return value;
        }

        return null;
    }

    /// <summary>The local part of a type that is named by xsi:type; null when absent.</summary>
    public string? SchemaType()
    {
        foreach (var (attributeNamespace, attributeName, value) in _attributes ?? [])
        {
            if (attributeName == "type" && attributeNamespace == "http://www.w3.org/2001/XMLSchema-instance")
                return value[(value.LastIndexOf(':') + 1)..].Trim();
        }

        return null;
    }

    /// <summary>The first child of this name, in whatever namespace; null when absent.</summary>
    public Markup? Child(string childName) => _children?.Find(child => child.Name == childName);

    /// <summary>The first child of this name in this namespace; null when absent.</summary>
    public Markup? Child(string childNamespace, string childName) => _children?.Find(child => child.Is(childNamespace, childName));

    /// <summary>Every child of this name, in whatever namespace.</summary>
    public IEnumerable<Markup> All(string childName) => Children.Where(child => child.Name == childName);

    /// <summary>This element and every one below it.</summary>
    public IEnumerable<Markup> Descendants()
    {
        yield return this;
        foreach (var child in Children)
        {
            foreach (var below in child.Descendants())
                yield return below;
        }
    }

    /// <summary>Takes an attribute, while being read.</summary>
    public void Add(string attributeNamespace, string attributeName, string value) => (_attributes ??= []).Add((attributeNamespace, attributeName, value));

    /// <summary>Takes a child, while being read.</summary>
    public void Add(Markup child) => (_children ??= []).Add(child);

    /// <summary>Takes text, while being read.</summary>
    public void Add(string text) => (_text ??= new StringBuilder()).Append(text);

    /// <summary>Puts another element where a child stood.</summary>
    public void Replace(Markup child, Markup by) => _children![_children.IndexOf(child)] = by;

    /// <summary>Takes a child out.</summary>
    public void Remove(Markup child) => _children?.Remove(child);
}
