using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What an offer and its answer settled for one leg's audio.</summary>
/// <param name="Send">Codec and payload type that we send.</param>
/// <param name="Receive">What else the peer may send.</param>
/// <param name="Keys">How key presses are carried.</param>
/// <param name="LevelsExtension">Id of the contributors' levels (RFC 6465); 0 without.</param>
/// <param name="SenderLevelExtension">Id of the sender's level (RFC 6464); 0 without.</param>
/// <param name="Remote">Where RTP goes.</param>
/// <param name="RemoteControl">Where RTCP goes.</param>
/// <param name="RtcpMux">RTP and RTCP share a port (RFC 5761).</param>
/// <param name="Direction">Which way audio goes, seen from us.</param>
/// <param name="Srtp">Keys of SDES (RFC 4568), ours and theirs; null for plain RTP or DTLS-SRTP.</param>
/// <param name="Fingerprint">The peer's certificate fingerprint for DTLS-SRTP; null without.</param>
/// <param name="Setup">The peer's a=setup.</param>
sealed record AudioAgreement(
    PayloadFormat Send, IReadOnlyList<PayloadFormat> Receive, KeyPressFormats Keys, int LevelsExtension, int SenderLevelExtension, NetAddress Remote, NetAddress RemoteControl,
    bool RtcpMux, MediaDirection Direction, (SdesKey Ours, SdesKey Theirs)? Srtp, SdpFingerprint? Fingerprint, string? Setup)
{
    /// <summary>Encryption by the keys of SDES; null without. Once for a pair of keys: it counts the packets.</summary>
    public IMediaProtection? Protect() => Srtp is var (ours, theirs) ? new SrtpProtection(SrtpSession.Create(ours, theirs)) : null;

    /// <summary>Begins a leg's media, or changes it.</summary>
    /// <param name="leg">The leg.</param>
    /// <param name="participantId">Who is on it.</param>
    /// <param name="protection">Its encryption; null for plain RTP.</param>
    public void SetUp(MediaLegHandle leg, uint participantId, IMediaProtection? protection)
    {
        leg.Configure(new LegOptions
        {
            ParticipantId = participantId,
            Send = Send,
            Receive = Receive,
            TelephoneEventPayloadType = Keys.Send,
            TelephoneEventClockRate = Keys.ClockRate,
            ReceiveTelephoneEvents = Keys.Receive,
            SenderLevelExtensionId = SenderLevelExtension,
            Direction = Direction,
            Protection = protection,
        });
        leg.SetRemote(Remote, RemoteControl, RtcpMux);
    }
}

/// <summary>Payload types of telephone-event (RFC 4733).</summary>
/// <param name="Send">Towards the peer; -1 without.</param>
/// <param name="ClockRate">Hertz in which their length is told to the peer.</param>
/// <param name="Receive">From the peer.</param>
sealed record KeyPressFormats(int Send, int ClockRate, IReadOnlyList<byte> Receive);
