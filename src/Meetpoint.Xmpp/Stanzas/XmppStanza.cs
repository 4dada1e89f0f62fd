using System.Diagnostics.CodeAnalysis;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp;

/// <summary>A message, presence or iq between two servers (RFC 6120, section 8), for reading and for building.</summary>
/// <remarks>
/// Its element is in the namespace <see cref="XmppNamespaces.Server"/>, as are the children that RFC 6121 defines: body, show, status and so on.
/// Others are kept as they came. Not thread safe; one that was received may be kept.
/// </remarks>
public sealed class XmppStanza
{
    /// <summary>A stanza to be filled.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="from">Its sender, at a domain that is hosted here when it is to be sent.</param>
    /// <param name="to">Its addressee.</param>
    /// <param name="type">Its type; null for the plain one.</param>
    /// <param name="id">By which its answer is known; null without.</param>
    public XmppStanza(XmppStanzaKind kind, Jid from, Jid to, string? type = null, string? id = null)
        : this(kind, from, to, new XmppElement(NameOf(kind), XmppNamespaces.Server))
    {
        Element["from"] = from.ToString();
        Element["to"] = to.ToString();
        Element["type"] = type;
        Element["id"] = id;
    }

    XmppStanza(XmppStanzaKind kind, Jid from, Jid to, XmppElement element)
    {
        Kind = kind;
        From = from;
        To = to;
        Element = element;
    }

    /// <summary>What it is.</summary>
    public XmppStanzaKind Kind { get; }

    /// <summary>Its sender.</summary>
    public Jid From { get; }

    /// <summary>Its addressee.</summary>
    public Jid To { get; }

    /// <summary>Its type; null without one. A message without is "normal", a presence without says available.</summary>
    public string? Type => Element["type"];

    /// <summary>By which its answer is known; null without.</summary>
    public string? Id => Element["id"];

    /// <summary>True for an error.</summary>
    public bool IsError => Type == "error";

    /// <summary>True for an iq that asks, and must be answered.</summary>
    public bool IsRequest => Kind == XmppStanzaKind.Iq && Type is "get" or "set";

    /// <summary>All of it.</summary>
    public XmppElement Element { get; }

    /// <summary>The text of a child of RFC 6121 ("body", "show", "status", "priority", "thread"); null without such a child.</summary>
    public string? Text(string child) => Element.Element(child)?.Text;

    /// <summary>Adds a child of RFC 6121 with a text; gives this stanza.</summary>
    public XmppStanza Add(string child, string? text)
    {
        Element.Add(child, text);
        return this;
    }

    /// <summary>Adds a child; gives this stanza.</summary>
    public XmppStanza Add(XmppElement child)
    {
        Element.Add(child);
        return this;
    }

    /// <summary>The first child of this name and namespace; null without.</summary>
    public XmppElement? Child(string name, string ns) => Element.Element(name, ns);

    /// <summary>The condition of an error; null when it is none.</summary>
    public XmppCondition? Condition => !IsError
        ? null
        : XmppConditions.Parse(Element.Element("error")?.Elements.FirstOrDefault(static one => one.Namespace == XmppNamespaces.StanzaErrors && one.Name != "text")?.Name);

    /// <summary>The answer that says why this was not taken (RFC 6120, section 8.3); its children are not sent back.</summary>
    /// <param name="condition">Why.</param>
    /// <param name="text">For a person to read; null without.</param>
    /// <exception cref="InvalidOperationException">It is an error itself: none answers those, or two servers would never end.</exception>
    public XmppStanza Error(XmppCondition condition, string? text = null)
    {
        if (IsError)
            throw new InvalidOperationException("an error is not answered by an error");
        var error = new XmppElement("error", XmppNamespaces.Server) { ["type"] = condition.ErrorType() };
        error.Add(new XmppElement(condition.Name(), XmppNamespaces.StanzaErrors));
        if (text is not null)
            error.Add("text", text, XmppNamespaces.StanzaErrors);
        return new XmppStanza(Kind, To, From, "error", Id).Add(error);
    }

    /// <summary>The answer to an iq that asks.</summary>
    /// <param name="payload">What is answered; null for nothing.</param>
    public XmppStanza Result(XmppElement? payload = null)
    {
        var result = new XmppStanza(XmppStanzaKind.Iq, To, From, "result", Id);
        return payload is null ? result : result.Add(payload);
    }

    /// <summary>Reads a child of a stream; false for what is no stanza or lacks a usable address (RFC 6120, section 8.1: between servers both are there).</summary>
    public static bool TryRead(XmppElement element, [NotNullWhen(true)] out XmppStanza? stanza)
    {
        stanza = null;
        if (element.Namespace != XmppNamespaces.Server || KindOf(element.Name) is not { } kind
            || !Jid.TryParse(element["from"], out var from) || !Jid.TryParse(element["to"], out var to))
            return false;
        stanza = new XmppStanza(kind, from, to, element);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Element.ToString();

    internal static XmppStanzaKind? KindOf(string name) => name switch
    {
        "message" => XmppStanzaKind.Message,
        "presence" => XmppStanzaKind.Presence,
        "iq" => XmppStanzaKind.Iq,
        _ => null,
    };

    static string NameOf(XmppStanzaKind kind) => kind switch
    {
        XmppStanzaKind.Message => "message",
        XmppStanzaKind.Presence => "presence",
        _ => "iq",
    };
}
