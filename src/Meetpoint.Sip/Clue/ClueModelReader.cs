using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Sip.Clue;

/// <summary>Reads what the data model has within messages (RFC 8846).</summary>
static class ClueModelReader
{
    /// <summary>Captures, scenes, views, sets, groups or encodings of one list.</summary>
    public const int MaxItems = 128;

    public static ClueAdvertisement Advertisement(Markup root)
    {
        var read = new ClueAdvertisement
        {
            Captures = List(Needed(root, "mediaCaptures"), "mediaCapture", Capture),
            EncodingGroups = List(Needed(root, "encodingGroups"), "encodingGroup", static group => new ClueEncodingGroup(
                ClueReader.NeededAttribute(group, "encodingGroupID"), Bandwidth(group.Child("maxGroupBandwidth")), Ids(group.Child("encodingIDList"), "encodingID"))),
            Scenes = List(Needed(root, "captureScenes"), "captureScene", static scene => new ClueScene(
                ClueReader.NeededAttribute(scene, "sceneID"), scene.Attribute("scale") ?? "unknown",
                List(scene.Child("sceneViews"), "sceneView", static view => new ClueSceneView(ClueReader.NeededAttribute(view, "sceneViewID"), Ids(view.Child("mediaCaptureIDs"), "mediaCaptureIDREF"))))),
            SimultaneousSets = List(root.Child("simultaneousSets"), "simultaneousSet", static set => new ClueSimultaneousSet(
                ClueReader.NeededAttribute(set, "setID"), Ids(set, "mediaCaptureIDREF"), Ids(set, "sceneViewIDREF"))),
        };
        if (read.Captures.DistinctBy(static capture => capture.Id).Count() != read.Captures.Count || read.EncodingGroups.DistinctBy(static group => group.Id).Count() != read.EncodingGroups.Count)
            throw new ClueReader.Wrong(ClueCode.ConflictingValues, "an identifier twice");
        return read;
    }

    public static IReadOnlyList<ClueCaptureEncoding> CaptureEncodings(Markup? list) => List(list, "captureEncoding", static encoding => new ClueCaptureEncoding(
        ClueReader.NeededAttribute(encoding, "ID"), ClueReader.Needed(encoding.Child("captureID")), ClueReader.Needed(encoding.Child("encodingID")))
    {
        ConfiguredCaptures = Ids(encoding.Child("configuredContent"), "mediaCaptureIDREF"),
        ConfiguredViews = Ids(encoding.Child("configuredContent"), "sceneViewIDREF"),
    });

    static Markup Needed(Markup root, string name) => root.Child(name) ?? throw new ClueReader.Wrong(ClueCode.BadSyntax, $"no {name}");

    static ClueCapture Capture(Markup element) => new()
    {
        Id = ClueReader.NeededAttribute(element, "captureID"),
        MediaType = ClueReader.NeededAttribute(element, "mediaType"),
        Scene = ClueReader.Needed(element.Child("captureSceneIDREF")),
        Space = Space(element.Child("spatialInformation")),
        ContentCaptures = Ids(element.Child("content"), "mediaCaptureIDREF"),
        ContentViews = Ids(element.Child("content"), "sceneViewIDREF"),
        Policy = Policy(element.Child("policy")),
        MaxCaptures = ClueReader.Number(element.Child("maxCaptures")) is { } max ? (int)Math.Min(max, MaxItems) : null,
        IsExactly = element.Child("maxCaptures")?.Attribute("exactNumber") is "true" or "1",
        AllowsSubset = element.Child("allowSubsetChoice")?.Text is "true" or "1",
        EncodingGroup = element.Child("encGroupIDREF") is { } group ? ClueReader.Needed(group) : null,
        Description = ClueReader.Text(element.Child("description")),
        Priority = ClueReader.Number(element.Child("priority")),
        Presentation = ClueReader.Text(element.Child("presentation")),
        View = ClueReader.Text(element.Child("view")),
    };

    static ClueSpace? Space(Markup? element)
    {
        if (element is null)
            return null;
        var point = element.Child("captureOrigin")?.Child("capturePoint") is { } origin ? Point(origin) : (CluePoint?)null;
        var area = element.Child("captureArea") is { } plane ? new ClueArea(Corner(plane, "bottomLeft"), Corner(plane, "bottomRight"), Corner(plane, "topLeft"), Corner(plane, "topRight")) : null;
        return point is null && area is null ? null : new ClueSpace(point, area);
    }

    static CluePoint Corner(Markup plane, string name) => Point(plane.Child(name) ?? throw new ClueReader.Wrong(ClueCode.BadSyntax, $"an area without {name}"));

    static CluePoint Point(Markup element) => new(Coordinate(element, "x"), Coordinate(element, "y"), Coordinate(element, "z"));

    static double Coordinate(Markup element, string name) =>
        double.TryParse(element.Child(name)?.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value : throw new ClueReader.Wrong(ClueCode.InvalidValue, $"a point without {name}");

    static CluePolicy? Policy(Markup? element)
    {
        if (element is null)
            return null;
        // Other words than the two of RFC 8845 are allowed (RFC 8846 section 11.10).
        return element.Text.Split(':') is [{ Length: > 0 } choice, var index] && choice.All(char.IsAsciiLetterOrDigit)
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new CluePolicy(Enum.TryParse<ClueChoice>(choice, out var known) && Enum.IsDefined(known) && !char.IsAsciiDigit(choice[0]) ? known : ClueChoice.Other, number)
            : throw new ClueReader.Wrong(ClueCode.InvalidValue, "a policy that is no word and number");
    }

    static ulong Bandwidth(Markup? element) => ulong.TryParse(element?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) ? bits : 0;

    static IReadOnlyList<string> Ids(Markup? list, string name) => List(list, name, ClueReader.Needed);

    static IReadOnlyList<T> List<T>(Markup? list, string name, Func<Markup, T> read)
    {
        if (list is null)
            return [];
        var items = list.All(name).Take(MaxItems + 1).ToList();
        return items.Count <= MaxItems ? items.ConvertAll(item => read(item)) : throw new ClueReader.Wrong(ClueCode.InvalidValue, $"more than {MaxItems} of {name}");
    }
}
