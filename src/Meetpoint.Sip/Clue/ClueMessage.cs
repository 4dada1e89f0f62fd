namespace Meetpoint.Sip.Clue;

/// <summary>A message of the protocol (RFC 8847 section 5).</summary>
public abstract record ClueMessage
{
    /// <summary>Who sends it, for people; null without.</summary>
    public string? ClueId { get; init; }

    /// <summary>One more than that of the sender's message before in the same <see cref="ClueSeries"/>; the first is any from 1.</summary>
    public uint Sequence { get; init; }

    /// <summary>The version that it is written in: major and minor.</summary>
    public string Version { get; init; } = ClueNames.Version;
}

/// <summary>The first word on the channel, by who opened it.</summary>
/// <param name="IsProvider">It can send captures.</param>
/// <param name="IsConsumer">It can take them.</param>
/// <param name="Versions">All that it speaks; empty for that of the message alone.</param>
public sealed record ClueOptions(bool IsProvider, bool IsConsumer, IReadOnlyList<string> Versions) : ClueMessage;

/// <summary>The answer of a message.</summary>
/// <param name="Code">200 when it is taken.</param>
/// <param name="Reason">For people; null without.</param>
public abstract record ClueResponse(ClueCode Code, string? Reason) : ClueMessage;

/// <summary>Answers the options, and settles the version.</summary>
public sealed record ClueOptionsResponse(ClueCode Code, string? Reason, bool IsProvider, bool IsConsumer, string? Settled) : ClueResponse(Code, Reason);

/// <summary>What may be sent: captures and encodings.</summary>
public sealed record ClueAdvertisement : ClueMessage
{
    /// <summary>All captures.</summary>
    public IReadOnlyList<ClueCapture> Captures { get; init; } = [];

    /// <summary>All encodings.</summary>
    public IReadOnlyList<ClueEncodingGroup> EncodingGroups { get; init; } = [];

    /// <summary>All scenes.</summary>
    public IReadOnlyList<ClueScene> Scenes { get; init; } = [];

    /// <summary>What can be sent at the same time; empty when all can.</summary>
    public IReadOnlyList<ClueSimultaneousSet> SimultaneousSets { get; init; } = [];

    /// <summary>
    /// The cameras that together show the people of a room, from left to right: those of the first view of video whose captures are all cameras of their own, by where they are. Where there is no such
    /// view, those of the first one of video. Empty without video.
    /// </summary>
    public IReadOnlyList<ClueCapture> Cameras()
    {
        var views = Scenes.SelectMany(static scene => scene.Views).Select(view => view.Captures.Select(Find).OfType<ClueCapture>().ToList())
            .Where(static view => view.Count > 0 && view.TrueForAll(static capture => capture is { MediaType: "video", Presentation: null, EncodingGroup: not null })).ToList();
        var single = views.Find(static view => view.TrueForAll(static capture => !capture.IsMultiple)) ?? views.FirstOrDefault() ?? [];
        return [.. single.OrderBy(static capture => capture.Space?.Middle ?? 0)];
    }

    /// <summary>What is presented, as a screen that is shared; null without.</summary>
    public ClueCapture? Content() => Captures.FirstOrDefault(static capture => capture is { MediaType: "video", Presentation: not null, EncodingGroup: not null });

    /// <summary>The capture with an id; null when there is none.</summary>
    public ClueCapture? Find(string id) => Captures.FirstOrDefault(capture => capture.Id == id);
}

/// <summary>Answers an advertisement.</summary>
public sealed record ClueAck(ClueCode Code, string? Reason, uint Advertisement) : ClueResponse(Code, Reason);

/// <summary>What is to be sent of an advertisement.</summary>
/// <param name="Advertisement">Sequence number of the advertisement.</param>
/// <param name="IsAck">It acknowledges the advertisement as well.</param>
/// <param name="Encodings">Captures in encodings; empty to be sent nothing.</param>
public sealed record ClueConfigure(uint Advertisement, bool IsAck, IReadOnlyList<ClueCaptureEncoding> Encodings) : ClueMessage;

/// <summary>Answers a configuration.</summary>
public sealed record ClueConfigureResponse(ClueCode Code, string? Reason, uint Configuration) : ClueResponse(Code, Reason);
