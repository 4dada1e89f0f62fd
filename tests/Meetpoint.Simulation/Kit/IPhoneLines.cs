using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>What a phone has besides its audio.</summary>
interface IPhoneLines
{
    /// <summary>Adds its lines to an offer of its own.</summary>
    void Offer(SdpDescription ours);

    /// <summary>Adds an answer to each line of an offer after that of audio.</summary>
    void Answer(SdpDescription offer, SdpDescription ours);

    /// <summary>Begins, or goes on elsewhere: where the other side's description says.</summary>
    void Start(SdpDescription remote);

    /// <summary>The call is over.</summary>
    void Stop();
}
