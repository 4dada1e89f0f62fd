using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>One resource of a list.</summary>
/// <param name="Uri">Its address.</param>
/// <param name="State">"active", "pending" or "terminated"; null where the list says nothing of its subscription.</param>
/// <param name="ContentId">The Content-ID of its document, without angle brackets; null without one.</param>
/// <param name="Name">What people call it; null without.</param>
/// <param name="Reason">Why it is terminated; null without.</param>
sealed record RlmiResource(string Uri, string? State, string? ContentId, string? Name = null, string? Reason = null);

/// <summary>Meta-information of a resource list (RFC 4662, 5): which of the parts beside it is of whom.</summary>
/// <param name="Uri">The list's own address.</param>
/// <param name="Version">Grows by one with each notification of a subscription.</param>
/// <param name="IsFull">True when it has every resource, not only those that changed.</param>
/// <param name="Resources">The resources.</param>
sealed record RlmiList(string Uri, uint Version, bool IsFull, IReadOnlyList<RlmiResource> Resources)
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "application/rlmi+xml";

    /// <summary>Resources of a list, at most.</summary>
    public const int MaxResources = AdhocList.MaxResources;

    const string Namespace = "urn:ietf:params:xml:ns:rlmi";

    /// <summary>Reads a list; false, with a fault in words, when it is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RlmiList? list, [NotNullWhen(false)] out string? fault)
    {
        list = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        if (root.Name != "list" || root.Attribute("uri") is not { } uri || WireText.Number(root.Attribute("version")) is not { } version)
        {
            fault = "not a list with an address and a version";
            return false;
        }

        var resources = new List<RlmiResource>();
        foreach (var resource in root.All("resource"))
        {
            if (resource.Attribute("uri")?.Trim() is not { Length: > 0 } resourceUri || resources.Count >= MaxResources)
                continue;
            var instance = resource.Child("instance");
            resources.Add(new(resourceUri, instance?.Attribute("state"), instance?.Attribute("cid")?.Trim('<', '>'), resource.Child("name")?.Text,
                instance?.Attribute("reason")));
        }

        list = new(uri, version, root.Attribute("fullState") is "true" or "1", resources);
        return true;
    }

    /// <summary>Writes it.</summary>
    public byte[] Write()
    {
        var xml = new XmlDocumentWriter("", "list", Namespace).Attribute("uri", Uri)
            .Attribute("version", Version.ToString(CultureInfo.InvariantCulture)).Attribute("fullState", IsFull ? "true" : "false");
        foreach (var resource in Resources)
        {
            xml.Start("resource", Namespace).Attribute("uri", resource.Uri).Element("name", Namespace, resource.Name);
            if (resource.State is { } state)
            {
                xml.Start("instance", Namespace).Attribute("id", "0").Attribute("state", state)
                    .Attribute("reason", resource.Reason).Attribute("cid", resource.ContentId).End();
            }

            xml.End();
        }

        return xml.Finish();
    }
}
