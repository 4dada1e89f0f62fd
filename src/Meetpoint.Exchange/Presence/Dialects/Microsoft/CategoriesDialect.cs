using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>The Microsoft style: categories (MS-PRES 2.2.2.7). To a watcher goes one aggregate of all devices, as outsiders get it.</summary>
sealed class CategoriesDialect : IPresenceDialect
{
    /// <summary>English (United States): the language that custom texts are marked with.</summary>
    const string Language = "1033";

    CategoriesDialect()
    {
    }

    /// <summary>The one there is.</summary>
    public static CategoriesDialect Instance { get; } = new();

    /// <inheritdoc/>
    public string MediaType => MicrosoftNames.CategoriesType;

    /// <inheritdoc/>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        // The publisher's own categories come within a document about herself.
        var categories = root.Name == "categories" ? root : root.Child("categories");
        if (categories is null)
        {
            fault = "no categories";
            return false;
        }

        report = CategoriesReader.Read(categories);
        return true;
    }

    /// <inheritdoc/>
    public byte[] Write(PresenceShown shown)
    {
        var xml = new XmlDocumentWriter("", "categories", MicrosoftNames.Categories).Attribute("uri", shown.Entity);
        if (MicrosoftState.Number(shown.User) is { } number)
        {
            Category(xml, "state", shown);
            State(xml, "aggregateState", shown.User, number);
            xml.End();
        }
        else
        {
            Absent(xml, "state");
        }

        if (shown.User.Note is { } note)
        {
            Category(xml, "note", shown);
            xml.StartUnprefixed("note", MicrosoftNames.Note)
                .Start("body", MicrosoftNames.Note).Attribute("type", "personal").Attribute("uri", "").Text(note).End().End();
            xml.End();
        }
        else
        {
            Absent(xml, "note");
        }

        if (shown.DisplayName is { } name)
        {
            Category(xml, "contactCard", shown);
            xml.StartUnprefixed("contactCard", MicrosoftNames.ContactCard).Start("identity", MicrosoftNames.ContactCard).Start("name", MicrosoftNames.ContactCard)
                .Element("displayName", MicrosoftNames.ContactCard, name).End().End().End();
            xml.End();
        }

        return xml.Finish();
    }

    /// <summary>Writes the value of a state category.</summary>
    public static void State(XmlDocumentWriter xml, string type, in PresenceState state, uint number, (uint Min, uint Max)? bounds = null)
    {
        xml.StartUnprefixed("state", MicrosoftNames.State)
            .Attribute("xsi", "type", MicrosoftNames.SchemaInstance, type)
            .Attribute("manual", type == "userState" ? "true" : type == "aggregateState" ? null : "false");
        if (state.Since is { } since)
            xml.Attribute("startTime", WireText.Time(since));
        xml.Element("availability", MicrosoftNames.State, number.ToString(CultureInfo.InvariantCulture));
        if (MicrosoftState.Token(state) is { } token)
        {
            xml.Start("activity", MicrosoftNames.State).Attribute("token", token);
            if (bounds is var (min, max))
            {
                xml.Attribute("minAvailability", min.ToString(CultureInfo.InvariantCulture))
                    .Attribute("maxAvailability", max.ToString(CultureInfo.InvariantCulture));
            }

            if (MicrosoftState.CustomText(state) is { } text)
                xml.Start("custom", MicrosoftNames.State).Attribute("LCID", Language).Text(text).End();
            xml.End();
        }

        xml.End();
    }

    static void Category(XmlDocumentWriter xml, string name, PresenceShown shown) => xml.Start("category", MicrosoftNames.Categories)
        .Attribute("name", name).Attribute("instance", "1").Attribute("publishTime", WireText.Time(shown.Now))
        .Attribute("container", MicrosoftNames.ExternalContainer).Attribute("version", shown.Version.ToString(CultureInfo.InvariantCulture));

    // A category that is left out stands as it was: one that is no more is said to be empty.
    static void Absent(XmlDocumentWriter xml, string name) => xml.Start("category", MicrosoftNames.Categories).Attribute("name", name).End();
}
