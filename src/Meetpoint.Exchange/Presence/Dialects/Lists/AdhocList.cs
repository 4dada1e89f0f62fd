using System.Diagnostics.CodeAnalysis;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a batched SUBSCRIBE does to its list.</summary>
enum AdhocListAction
{
    /// <summary>The list is these, and no others.</summary>
    Create,

    /// <summary>These come to it.</summary>
    Add,

    /// <summary>These leave it.</summary>
    Delete,
}

/// <summary>The list of a batched SUBSCRIBE of the Microsoft style: adrl (MS-SIP 3.3.4), or its successor with categories (MS-PRES 2.2.2.4).</summary>
/// <param name="Uri">Of whom the list is; null where it does not say.</param>
/// <param name="Action">What is done to it.</param>
/// <param name="Resources">The addresses, each once, in the order of the document.</param>
sealed record AdhocList(string? Uri, AdhocListAction Action, IReadOnlyList<string> Resources)
{
    /// <summary>The media type of a list.</summary>
    public const string MediaType = "application/adrl+xml";

    /// <summary>The media type of a list with categories.</summary>
    public const string CategoryMediaType = "application/msrtc-adrl-categorylist+xml";

    /// <summary>Addresses of a list, at most: what MS-SIP 3.3.4 names as reasonable.</summary>
    public const int MaxResources = 250;

    /// <summary>UTF-16 units of an address, at most.</summary>
    public const int MaxUriLength = 512;

    /// <summary>Reads either form; false, with a fault in words, when it is malformed or has too many addresses.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AdhocList? list, [NotNullWhen(false)] out string? fault)
    {
        list = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        var (action, holder) = Operation(root);
        if (holder is null)
        {
            fault = "neither create, add nor delete";
            return false;
        }

        var resources = new List<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in holder.All("resource"))
        {
            if (resource.Attribute("uri")?.Trim() is not { Length: > 0 and <= MaxUriLength } uri || !seen.Add(uri))
                continue;
            resources.Add(uri);
            if (resources.Count > MaxResources)
            {
                fault = $"more than {MaxResources} addresses";
                return false;
            }
        }

        list = new(root.Attribute("uri"), action, resources);
        return true;
    }

    static (AdhocListAction Action, Markup? Holder) Operation(Markup root)
    {
        if (root.Name == "batchSub" && root.Child("action") is { } action)
            return (action.Attribute("name") == "unsubscribe" ? AdhocListAction.Delete : AdhocListAction.Add, action.Child("adhocList"));
        if (root.Name != "adhoclist")
            return (default, null);
        return root.Child("create") is { } create ? (AdhocListAction.Create, create)
            : root.Child("add") is { } add ? (AdhocListAction.Add, add)
            : (AdhocListAction.Delete, root.Child("delete"));
    }
}
