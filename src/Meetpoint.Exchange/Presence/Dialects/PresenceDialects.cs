namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>The make whose style a neighbour speaks, where media types alone do not tell.</summary>
public enum DialectStyle
{
    /// <summary>As the RFCs have it.</summary>
    Standard,

    /// <summary>The Cisco style.</summary>
    Cisco,

    /// <summary>The Microsoft style.</summary>
    Microsoft,

    /// <summary>Another exchange.</summary>
    Exchange,
}

/// <summary>All dialects, and which of them a neighbour is spoken to in. Without state; from any thread.</summary>
static class PresenceDialects
{
    /// <summary>Every dialect of presence documents.</summary>
    public static IReadOnlyList<IPresenceDialect> All { get; } =
    [
        PidfDialect.Standard, PidfDialect.Cisco, PidfDialect.CiscoPhone, PidfDialect.Exchange,
        CategoriesDialect.Instance, MsrtcPidfDialect.Instance, XpidfDialect.Instance,
    ];

    /// <summary>The order in which the Microsoft style chooses, whatever the order of the request (MS-PRES 1.3.3).</summary>
    public static IReadOnlyList<IPresenceDialect> MicrosoftOrder { get; } =
        [CategoriesDialect.Instance, MsrtcPidfDialect.Instance, PidfDialect.Standard, XpidfDialect.Instance];

    /// <summary>The dialect that a style prefers where the other side takes anything.</summary>
    public static IPresenceDialect Preferred(DialectStyle style) => style switch
    {
        DialectStyle.Cisco => PidfDialect.Cisco,
        DialectStyle.Microsoft => CategoriesDialect.Instance,
        DialectStyle.Exchange => PidfDialect.Exchange,
        _ => PidfDialect.Standard,
    };

    /// <summary>
    /// The dialect for who accepts these; null when there is none (406). Nobody accepting anything stands for PIDF (RFC 3856, 6.5). Towards the Microsoft style
    /// its own order decides; towards others the preferred dialect where it is accepted, else the first of theirs that is known.
    /// </summary>
    /// <param name="accept">Values of Accept, each with one media type or several, with or without parameters.</param>
    /// <param name="style">The style that the neighbour's equipment speaks.</param>
    public static IPresenceDialect? Choose(IReadOnlyList<string> accept, DialectStyle style)
    {
        var ranges = AcceptedTypes.Parse(accept);
        if (ranges.Count == 0)
            return style == DialectStyle.Microsoft ? PidfDialect.Standard : Preferred(style);
        if (style == DialectStyle.Microsoft)
            return MicrosoftOrder.FirstOrDefault(dialect => ranges.Any(range => AcceptedTypes.Covers(range, dialect.MediaType)));
        var preferred = Preferred(style);
        if (ranges.Any(range => AcceptedTypes.Covers(range, preferred.MediaType)))
            return preferred;
        foreach (var range in ranges)
        {
            if (ForContentType(range, style) is { } dialect)
                return dialect;
        }

        return null;
    }

    /// <summary>The dialect of a body; null for a media type that is none.</summary>
    /// <param name="mediaType">The value of Content-Type, with or without parameters.</param>
    /// <param name="style">The style that the neighbour's equipment speaks: several share PIDF's media type, and only an exchange is believed.</param>
    public static IPresenceDialect? ForContentType(string mediaType, DialectStyle style)
    {
        var bare = AcceptedTypes.Bare(mediaType);
        if (bare == PidfDialect.Standard.MediaType)
            return style is DialectStyle.Cisco or DialectStyle.Exchange ? Preferred(style) : PidfDialect.Standard;
        foreach (var dialect in All)
        {
            if (dialect.MediaType == bare)
                return dialect;
        }

        return null;
    }
}
