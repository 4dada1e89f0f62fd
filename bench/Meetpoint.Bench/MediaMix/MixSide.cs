using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.MediaMix;

/// <summary>A server with a room for voices.</summary>
abstract class MixSide : MeasuredProcess
{
    /// <summary>Puts every phone into the one room.</summary>
    public abstract void Join(IReadOnlyList<Phone> phones);
}
