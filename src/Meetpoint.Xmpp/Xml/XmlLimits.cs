namespace Meetpoint.Xmpp.Xml;

/// <summary>What an XML stream may ask of us. Beyond each, the stream ends with policy-violation.</summary>
public sealed record XmlLimits
{
    /// <summary>The limits without a wish.</summary>
    public static XmlLimits Default { get; } = new();

    /// <summary>Bytes of one child of the stream with all within it; also of what is not yet whole. At least 10,000 (RFC 6120, section 13.12).</summary>
    public int MaxStanzaBytes { get; init; } = 131_072;

    /// <summary>Elements within each other, the child of the stream being 1.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Attributes of an element, namespace declarations among them.</summary>
    public int MaxAttributes { get; init; } = 64;

    /// <summary>Bytes of the name of an element or attribute.</summary>
    public int MaxNameBytes { get; init; } = 256;

    /// <summary>Elements, texts and attributes of one child of the stream: what it costs in memory is bounded by more than its bytes.</summary>
    public int MaxNodes { get; init; } = 4_096;
}
