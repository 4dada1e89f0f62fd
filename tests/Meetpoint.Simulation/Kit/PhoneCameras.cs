using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>The cameras and screens of a simulated room system: a line for each, on ports of their own, from left to right.</summary>
/// <param name="pictures">From left to right.</param>
/// <param name="labels">Written at the lines in their order.</param>
sealed class PhoneCameras(IReadOnlyList<PhonePictures> pictures, string[] labels) : IPhoneLines
{
    /// <summary>From left to right.</summary>
    public IReadOnlyList<PhonePictures> Pictures => pictures;

    /// <summary>Lines of cameras that it was offered in the last call.</summary>
    public IReadOnlyList<SdpMedia> Offered { get; private set; } = [];

    /// <inheritdoc/>
    public void Offer(SdpDescription ours)
    {
        for (var i = 0; i < pictures.Count; i++)
            ours.Media.Add(Line(i));
    }

    /// <inheritdoc/>
    public void Answer(SdpDescription offer, SdpDescription ours)
    {
        Offered = [.. offer.Media.Where(IsCamera)];
        var taken = 0;
        foreach (var line in offer.Media.Skip(1))
            ours.Media.Add(IsCamera(line) && taken < pictures.Count ? Line(taken++) : line.Refuse());
    }

    /// <inheritdoc/>
    public void Start(SdpDescription remote)
    {
        var lines = remote.Media.Where(IsCamera).ToList();
        for (var i = 0; i < Math.Min(lines.Count, pictures.Count); i++)
        {
            if (remote.AddressOf(lines[i]) is { } address)
                pictures[i].Start(address);
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        foreach (var picture in pictures)
            picture.Stop();
    }

    static bool IsCamera(SdpMedia line) => line is { Kind: "video", IsRefused: false } && line.Attributes.First("content") != "slides";

    SdpMedia Line(int index)
    {
        var line = pictures[index].Line();
        if (index < labels.Length)
            line.Attributes.Add("label", labels[index]);
        return line;
    }
}
