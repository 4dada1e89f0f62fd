using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>What both descriptions of an opening settle.</summary>
/// <param name="Audio">Its sound.</param>
/// <param name="Role">Our part in the handshake.</param>
/// <param name="Pictures">Its pictures; null when none cross.</param>
sealed record CascadeAgreement(AudioAgreement Audio, DtlsRole Role, VideoPeerOptions? Pictures);

/// <summary>The media of one opening of a cascade: a port, its keys, sound and pictures, and the watch over its silence.</summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class CascadeMedia
{
    /// <summary>Silence of this length after that which the leg tells of is the end of it.</summary>
    const long DeadAfterNs = 2 * MonotonicTime.Second;

    /// <summary>A flight of the handshake is sent again this often at least, so that keys are there soon after a way that was cut is.</summary>
    static readonly DtlsOptions _handshake = new() { MaxRetransmitNs = CascadeDialog.RetryNs };

    /// <summary>G.722, and G.711 if that is refused.</summary>
    static readonly EquipmentProfile _profile = new()
    {
        Id = "cascade",
        Name = "Cascade",
        Codecs = ["G722", "PCMA", "PCMU"],
        Dtmf = DtmfMode.Info,
    };

    readonly CascadeLink _link;
    readonly LiveMeeting _meeting;
    readonly Action<string> _lost;
    readonly MediaLegHandle _leg;
    readonly AudioEnd _end;
    readonly LoopTimer _dead;
    LegKeys? _keys;
    VideoHandle? _pictures;
    bool _isOver;

    CascadeMedia(CascadeLink link, MediaLegHandle leg, Action<string> lost)
    {
        (_link, _meeting, _leg, _lost) = (link, link.Meeting, leg, lost);
        var session = LinkId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _end = new AudioEnd(leg.LocalAddress, _profile, session, _meeting.Context.Randomness, _meeting.Half.Fingerprint);
        _dead = new LoopTimer(_meeting.Context.Loop, _ => _lost("no media"));
    }

    public int LegId => _leg.LegId;

    /// <summary>Counts of its sound.</summary>
    public LegStatistics Statistics => _leg.Statistics;

    /// <summary>Counts of its pictures; null without.</summary>
    public VideoStatistics? Pictures => _pictures?.Statistics;

    /// <summary>The first of our ids stands for the link.</summary>
    uint LinkId => _meeting.Half.FirstParticipantId;

    /// <summary>Takes a port, so that SDP can tell it; null when none is to be had.</summary>
    /// <param name="link">Whose.</param>
    /// <param name="lost">Hears why it is over: no keys, or no packets any more.</param>
    public static CascadeMedia? Open(CascadeLink link, Action<string> lost) =>
        link.Meeting.Room.AddLeg() is { } leg ? new CascadeMedia(link, leg, lost) : null;

    /// <summary>Our offer.</summary>
    public SdpDescription Offer()
    {
        var offer = AudioNegotiation.Offer(_end);
        CascadePictures.Offer(offer, _meeting.Context.Randomness);
        return offer;
    }

    /// <summary>Our answer, and what it settles; null when the offer has nothing for us, or does not show the certificate that was booked.</summary>
    public (SdpDescription Answer, CascadeAgreement Settled)? Answer(SdpDescription offer)
    {
        if (AudioNegotiation.Answer(offer, _end) is not var (answer, settled) || !IsBooked(settled.Fingerprint))
            return null;
        CascadePictures.Answer(offer, answer, _meeting.Context.Randomness);
        return (answer, new CascadeAgreement(settled, DtlsRole.Client, CascadePictures.Settle(answer, offer, LinkId)));
    }

    /// <summary>What the answer to our offer settles; null when that is nothing, or it does not show the certificate that was booked.</summary>
    public CascadeAgreement? Settle(SdpDescription ours, SdpDescription answer) =>
        AudioNegotiation.Settle(ours, answer, _end) is { } settled && IsBooked(settled.Fingerprint)
            ? new CascadeAgreement(settled, settled.Setup == "passive" ? DtlsRole.Client : DtlsRole.Server, CascadePictures.Settle(ours, answer, LinkId)) : null;

    /// <summary>The same answer again to the offer of a session refresh; null when it has nothing for us.</summary>
    public SdpDescription? Refresh(SdpDescription? ours, SdpDescription offer)
    {
        if (AudioNegotiation.Answer(offer, _end, 2) is not var (answer, _))
            return null;
        for (var i = 1; i < Math.Min(ours?.Media.Count ?? 0, answer.Media.Count); i++)
            answer.Media[i] = ours!.Media[i];
        return answer;
    }

    /// <summary>Begins as settled: the handshake, and then media under its keys.</summary>
    public void Begin(CascadeAgreement settled)
    {
        var video = _pictures = settled.Pictures is null ? null : _meeting.Room.AddVideo(_leg);
        var certificate = MeetingSecrets.CertificateOf(_meeting.Row.CascadeSecret);
        _keys = new LegKeys(_leg, settled.Role, _link.Other.Fingerprint!, settled.Audio.Remote)
        {
            Context = () => new DtlsContext(CascadeCertificate.Import(certificate), _handshake),
            OwnsContext = true,
            Keyed = protection =>
            {
                _leg.SetProtection(protection);
                video?.SetProtection(protection);
            },
            Failed = reason => _meeting.Context.Loop.Post(() =>
            {
                if (!_isOver) // or it would end the opening after this one
                    _lost(reason);
            }),
        };
        _leg.DatagramHandler = _keys;
        _leg.Configure(new LegOptions
        {
            ParticipantId = LinkId,
            Send = settled.Audio.Send,
            Receive = settled.Audio.Receive,
            IsCascade = true,
            SendContributors = true,
            ContributorLevelsExtensionId = settled.Audio.LevelsExtension,
            RequiresProtection = true,
        });
        video?.Configure(settled.Pictures!);
        _leg.SetRemote(settled.Audio.Remote, settled.Audio.RemoteControl, settled.Audio.RtcpMux);
        _keys.Start();
    }

    public void OnMediaEvent(in MediaEvent e)
    {
        if (e.Kind == MediaEventKind.LegSilent)
            _dead.Arm(DeadAfterNs);
        else if (e.Kind is MediaEventKind.LegResumed or MediaEventKind.FirstPacket)
            _dead.Disarm();
    }

    /// <summary>Sends of the pictures what the other half looks at; false when no pictures cross.</summary>
    public bool SetDemand(VideoDemand looks)
    {
        _pictures?.SetDemand(looks);
        return _pictures is not null;
    }

    /// <summary>Ends it, and gives its port back.</summary>
    public void Close()
    {
        _isOver = true;
        _dead.Disarm();
        _keys?.Stop();
        _leg.Remove();
    }

    bool IsBooked(SdpFingerprint? shown) =>
        shown is not null && string.Equals($"{shown.Hash} {shown.Value}", _link.Other.Fingerprint, StringComparison.OrdinalIgnoreCase);
}
