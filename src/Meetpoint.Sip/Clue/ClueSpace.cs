namespace Meetpoint.Sip.Clue;

/// <summary>A point of a capture scene, in the units of its scale. X grows from left to right as seen from the front of the room towards its back, so as a camera looks and as who looks at the screens sees it; Y to the back; Z upwards (RFC 8845 section 7.1.2).</summary>
public readonly record struct CluePoint(double X, double Y, double Z);

/// <summary>What a camera takes in: the four corners of the plane of interest.</summary>
public sealed record ClueArea(CluePoint BottomLeft, CluePoint BottomRight, CluePoint TopLeft, CluePoint TopRight);

/// <summary>Where a capture is (RFC 8846 section 11.5). At least one of the two is told.</summary>
/// <param name="Point">Where the camera or microphone stands; null when it is not told.</param>
/// <param name="Area">What it takes in; null when it is not told.</param>
public sealed record ClueSpace(CluePoint? Point, ClueArea? Area)
{
    /// <summary>The middle from left to right; null when nothing is told.</summary>
    public double? Middle => Area is { } area ? (area.BottomLeft.X + area.BottomRight.X) / 2 : Point?.X;
}
