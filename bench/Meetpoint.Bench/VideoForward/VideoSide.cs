using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.VideoForward;

/// <summary>A server with a room for pictures.</summary>
abstract class VideoSide : MeasuredProcess
{
    /// <summary>Puts the camera and every screen into the one room.</summary>
    public abstract void Join(Audience audience);
}
