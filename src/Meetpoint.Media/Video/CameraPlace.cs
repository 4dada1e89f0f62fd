namespace Meetpoint.Media.Video;

/// <summary>Which of the cameras of a participant, or of the screens of a receiver, from left to right as who looks at the screens sees them.</summary>
/// <remarks>The default value is the only one. What has the same place on both sides is shown in place: left on left.</remarks>
public readonly record struct CameraPlace
{
    /// <summary>The most cameras, or screens, of one participant that are told apart: left, centre and right.</summary>
    public const int MaxCameras = 3;

    CameraPlace(int index, int count) => (Index, CountOrZero) = ((byte)index, (byte)count);

    /// <summary>0 for the leftmost, or the only, one.</summary>
    public byte Index { get; }

    /// <summary>How many there are, at least 1.</summary>
    public int Count => Math.Max((byte)1, CountOrZero);

    /// <summary>There are others besides.</summary>
    public bool IsOneOfSeveral => CountOrZero != 0;

    byte CountOrZero { get; }

    /// <summary>Steps of half a place from the middle.</summary>
    public int FromMiddle => Math.Abs((2 * Index) - (Count - 1));

    /// <summary>A place by its number from the left, among so many; the only one where they are none of several that can be told apart.</summary>
    public static CameraPlace Of(int index, int count) => count is > 1 and <= MaxCameras && index >= 0 && index < count ? new(index, count) : default;

    /// <summary>
    /// The number of the camera that is shown on this screen, when a participant has so many: fewer stand in the middle of the screens, and of more the middle ones are shown.
    /// Null when none is.
    /// </summary>
    public int? CameraOf(int cameras)
    {
        var camera = cameras < Count ? Index - ((Count - cameras) / 2) : Index + ((cameras - Count) / 2);
        return camera >= 0 && camera < cameras ? camera : null;
    }

    /// <summary>As a contributing source behind that of the participant, in a line of a cascade.</summary>
    internal uint ToSource() => ((uint)CountOrZero << 8) | Index;

    /// <summary>From a contributing source; the only one where it tells no place.</summary>
    internal static CameraPlace FromSource(uint source) => source <= ushort.MaxValue ? Of((int)(source & 0xFF), (int)(source >> 8)) : default;
}

/// <summary>Whom a picture shows, and by which of his cameras.</summary>
/// <param name="Participant">0 for nobody.</param>
/// <param name="Place">Among his cameras; of content always the only one.</param>
public readonly record struct VideoCapture(uint Participant, CameraPlace Place = default);
