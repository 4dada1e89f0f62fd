using System.Diagnostics.CodeAnalysis;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Net.Xml;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>The list that a SUBSCRIBE brings: resource-lists (RFC 4826, by RFC 5367), or an ad-hoc list of the Microsoft style.</summary>
static class RequestedList
{
    /// <summary>Media type of RFC 4826.</summary>
    public const string ResourceLists = "application/resource-lists+xml";

    /// <summary>Extensions that a SUBSCRIBE may require.</summary>
    public static IReadOnlyList<string> Extensions { get; } = ["eventlist", "recipient-list-subscribe", "adhoclist"];

    /// <summary>True when the request brings one.</summary>
    public static bool IsIn(SipMessage message) => !message.Body.IsEmpty && message.MediaType is ResourceLists or AdhocList.MediaType or AdhocList.CategoryMediaType;

    /// <summary>Reads it; false with a fault in words.</summary>
    public static bool TryRead(SipMessage message, [NotNullWhen(true)] out AdhocList? list, [NotNullWhen(false)] out string? fault)
    {
        if (message.MediaType != ResourceLists)
            return AdhocList.TryRead(message.Body, out list, out fault);
        list = null;
        if (!BoundedXml.TryRead(message.Body, out var root, out fault))
            return false;
        if (root.Name != "resource-lists")
        {
            fault = "no resource-lists";
            return false;
        }

        var uris = root.All("list").SelectMany(one => one.All("entry")).Select(entry => entry.Attribute("uri")).OfType<string>()
            .Where(uri => uri.Length <= AdhocList.MaxUriLength).Distinct(StringComparer.Ordinal).ToList();
        if (uris.Count is 0 or > AdhocList.MaxResources)
        {
            fault = $"{uris.Count} entries; 1 to {AdhocList.MaxResources} are taken";
            return false;
        }

        list = new AdhocList(null, AdhocListAction.Create, uris);
        return true;
    }
}
