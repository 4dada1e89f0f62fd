using System.Diagnostics.CodeAnalysis;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a server answered a publication with: the versions that it holds now.</summary>
/// <param name="Versions">The versions to name in the next publication.</param>
/// <param name="IsRefused">True when the versions were not those that it held: to be published again with these.</param>
sealed record PublicationAnswer(PublicationVersions Versions, bool IsRefused)
{
    /// <summary>The fault of versions that were not those that the server holds (MS-PRES 3.2.5).</summary>
    public const string WrongVersion = "Client.BadCall.WrongDelta";

    /// <summary>Reads the body of a 200 or a 409; false, with a fault in words, for a body that is neither, or a fault that no other version mends.</summary>
    /// <param name="body">The body.</param>
    /// <param name="instance">Our instance.</param>
    /// <param name="sent">The versions that we named.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, uint instance, PublicationVersions sent, [NotNullWhen(true)] out PublicationAnswer? answer,
        [NotNullWhen(false)] out string? fault)
    {
        answer = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        var code = (root.Child("Faultcode") ?? root.Child("faultcode"))?.Text;
        answer = code is not null ? Refused(root, code, sent) : Accepted(root, instance, sent);
        if (answer is null)
            fault = code is null ? "no categories" : $"the server says {(code.Length > 128 ? code[..128] : code)}";
        return answer is not null;
    }

    static PublicationAnswer? Accepted(Markup root, uint instance, PublicationVersions sent)
    {
        var categories = root.Name == "categories" ? root : root.Child("categories");
        if (categories is null)
            return null;
        // A server that says nothing of a container counted on from what was named.
        var versions = new PublicationVersions(sent.First + 1, sent.Second + 1);
        foreach (var category in categories.All("category"))
        {
            if (category.Attribute("name") == "state" && WireText.Number(category.Attribute("instance")) == instance
                && WireText.Number(category.Attribute("container")) is { } container && WireText.Number(category.Attribute("version")) is { } version)
            {
                versions = versions.With(container, version);
            }
        }

        return new(versions, IsRefused: false);
    }

    /// <summary>Operations are named by their place in what was sent, from one on: the first is of the first container.</summary>
    static PublicationAnswer? Refused(Markup root, string code, PublicationVersions sent)
    {
        if (code != WrongVersion || root.Child("details") is not { } details)
            return null;
        var versions = sent;
        foreach (var operation in details.All("operation"))
        {
            if (WireText.Number(operation.Attribute("curVersion")) is { } version && WireText.Number(operation.Attribute("index")) is 1 or 2)
                versions = versions.With(WireText.Number(operation.Attribute("index"))!.Value + 1, version);
        }

        return versions == sent ? null : new(versions, IsRefused: true);
    }
}
