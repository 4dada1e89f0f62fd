using Meetpoint.Media.Video;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Which lines of a description are the cameras, or the screens, of one room side by side, and which is left and which is right where no CLUE tells it (RFC 8848 section 6): the lines of one role
/// (a=content, RFC 4796; none is main), by their labels where all of them have one that names a place, else in the order in which they stand.
/// </summary>
static class CameraLines
{
    const string Main = "main";

    // RFC 4574 leaves the words to who writes them.
    static readonly string[][] _places = [["left"], ["centre", "center", "middle", "main"], ["right"]];

    /// <summary>True when a line of a camera belongs beside those that were taken: of one role with them, and not more than <see cref="CameraPlace.MaxCameras"/>.</summary>
    public static bool Belongs(SdpMedia line, IReadOnlyList<SdpMedia> taken) => taken.Count < CameraPlace.MaxCameras && (taken.Count == 0 || RoleOf(taken[0]) == RoleOf(line));

    /// <summary>The place of a line among those of its room, from left to right as who looks at the screens sees them; the only one when it is none of them.</summary>
    public static CameraPlace PlaceOf(SdpMedia line, List<SdpMedia> lines)
    {
        var labelled = lines.ConvertAll(LabelledPlaceOf);
        var isByLabel = !labelled.Contains(-1) && labelled.Distinct().Count() == labelled.Count;
        var ordered = isByLabel ? lines.OrderBy(LabelledPlaceOf).ToList() : lines;
        return CameraPlace.Of(ordered.IndexOf(line), ordered.Count);
    }

    static string RoleOf(SdpMedia line) => line.Attributes.First("content") ?? Main;

    static int LabelledPlaceOf(SdpMedia line) =>
        line.Attributes.First("label") is { } label ? Array.FindIndex(_places, words => Array.Exists(words, word => label.Contains(word, StringComparison.OrdinalIgnoreCase))) : -1;
}
