namespace Meetpoint.Sip.Clue;

/// <summary>How a capture of several contents chooses what it shows (RFC 8846 section 11.8).</summary>
public enum ClueChoice
{
    /// <summary>Who is loudest, with an index of 1 who was so before him, and so on.</summary>
    SoundLevel,

    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>By what is not known here: later documents, or the two ends, may have agreed on it.</summary>
    Other,
}

/// <summary>A policy of choice.</summary>
/// <param name="Choice">By what.</param>
/// <param name="Index">The how many-th, from 0.</param>
public readonly record struct CluePolicy(ClueChoice Choice, int Index);

/// <summary>A media capture: a camera, a microphone, a shared screen, or several of them in one (RFC 8846 section 11).</summary>
public sealed record ClueCapture
{
    /// <summary>Unique in the advertisement.</summary>
    public required string Id { get; init; }

    /// <summary>"video" or "audio".</summary>
    public required string MediaType { get; init; }

    /// <summary>The scene that it is of.</summary>
    public required string Scene { get; init; }

    /// <summary>Where it is; null when that is not to be told.</summary>
    public ClueSpace? Space { get; init; }

    /// <summary>Captures that it is made of: it is a multiple content capture (RFC 8845 section 7.2).</summary>
    public IReadOnlyList<string> ContentCaptures { get; init; } = [];

    /// <summary>Scene views that it is made of.</summary>
    public IReadOnlyList<string> ContentViews { get; init; } = [];

    /// <summary>How it chooses; null when it shows all.</summary>
    public CluePolicy? Policy { get; init; }

    /// <summary>Captures that it shows at one time, at most or exactly; null when that is not told.</summary>
    public int? MaxCaptures { get; init; }

    /// <summary><see cref="MaxCaptures"/> is the exact number.</summary>
    public bool IsExactly { get; init; }

    /// <summary>Who is configured may choose a part of its content.</summary>
    public bool AllowsSubset { get; init; }

    /// <summary>The encodings that it may be sent in; null when it is not sent by itself.</summary>
    public string? EncodingGroup { get; init; }

    /// <summary>For people; null without.</summary>
    public string? Description { get; init; }

    /// <summary>1 is the most important; null when all are alike.</summary>
    public uint? Priority { get; init; }

    /// <summary>"slides" or "images" for what is presented (RFC 8846 section 11.19); null for people.</summary>
    public string? Presentation { get; init; }

    /// <summary>"room", "table", "individual" and so on; null when it is not told.</summary>
    public string? View { get; init; }

    /// <summary>It is made of others, which it may name.</summary>
    public bool HasContent => ContentCaptures.Count > 0 || ContentViews.Count > 0;

    /// <summary>It is a multiple content capture: made of others, named or not.</summary>
    public bool IsMultiple => HasContent || Policy is not null || MaxCaptures is not null;
}

/// <summary>Encodings among which captures are sent.</summary>
/// <param name="Id">Unique in the advertisement.</param>
/// <param name="MaxBandwidth">Bits a second of all of them.</param>
/// <param name="Encodings">Each the label (RFC 4574) of a line in SDP.</param>
public sealed record ClueEncodingGroup(string Id, ulong MaxBandwidth, IReadOnlyList<string> Encodings);

/// <summary>One way to see a scene: captures of one media type, of which all are wanted to see the whole.</summary>
public sealed record ClueSceneView(string Id, IReadOnlyList<string> Captures);

/// <summary>A place with people, or a presentation.</summary>
/// <param name="Id">Unique in the advertisement.</param>
/// <param name="Scale">"mm", "unknown" or "noscale".</param>
/// <param name="Views">The best first.</param>
public sealed record ClueScene(string Id, string Scale, IReadOnlyList<ClueSceneView> Views);

/// <summary>Captures that can be sent at the same time; those that share none cannot.</summary>
public sealed record ClueSimultaneousSet(string Id, IReadOnlyList<string> Captures, IReadOnlyList<string> Views);

/// <summary>A capture that is to be sent in an encoding.</summary>
/// <param name="Id">Unique in the configuration.</param>
/// <param name="Capture">Which.</param>
/// <param name="Encoding">In which.</param>
public sealed record ClueCaptureEncoding(string Id, string Capture, string Encoding)
{
    /// <summary>Of a capture of several contents: those of its captures that are wanted (RFC 8846 section 22.3); empty takes what the provider puts into it.</summary>
    public IReadOnlyList<string> ConfiguredCaptures { get; init; } = [];

    /// <summary>The same of its scene views.</summary>
    public IReadOnlyList<string> ConfiguredViews { get; init; } = [];

    /// <summary>A part of the content was chosen.</summary>
    public bool HasSubset => ConfiguredCaptures.Count + ConfiguredViews.Count > 0;
}
