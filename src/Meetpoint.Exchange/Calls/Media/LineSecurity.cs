using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Relay;
using Meetpoint.Media.Srtp;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>
/// How a line is encrypted towards one side, in that side's own form: in the clear, by keys in SDP (RFC 4568, and beside RTP/AVP RFC 8643), or by DTLS
/// (RFC 5763). On the signalling loop only.
/// </summary>
sealed class LineSecurity(SrtpMode wanted, MediaKeySource keys)
{
    const string Plain = "RTP/AVP";
    const string Secure = "RTP/SAVP";
    const string DtlsSecure = "UDP/TLS/RTP/SAVP";

    static readonly SrtpProfile[] Suites = [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag80];

    /// <summary>Attributes that hold it.</summary>
    static readonly string[] Attributes = ["crypto", "fingerprint", "setup", "tls-id", "connection"];

    Form _form;
    string? _protocol; // of the line towards it, once either has spoken
    List<SdesKey> _offered = [];
    SdesKey? _ours;
    SdesKey? _theirs;
    RelayHandshake? _handshake;
    string? _id;
    bool _isSuspended;
    bool _isResumed;

    enum Form
    {
        Plain,
        Sdes,
        Dtls,
    }

    /// <summary>True when nothing passes in the clear.</summary>
    public bool IsSecure => _form != Form.Plain;

    /// <summary>RTP over UDP, in any of the forms.</summary>
    public static bool CanCarry(string protocol) => protocol.StartsWith(Plain, StringComparison.Ordinal)
        || protocol.StartsWith(Secure, StringComparison.Ordinal) || protocol.StartsWith(DtlsSecure, StringComparison.Ordinal);

    /// <summary>Takes attributes of this kind off.</summary>
    public static void Remove(SdpMedia media) => media.Attributes.RemoveAll(attribute => Attributes.Contains(attribute.Name));

    /// <summary>
    /// Takes what an offer or answer of the side says. False when it cannot be agreed on; an answer in the clear to an offer that was not is none either.
    /// </summary>
    public bool TryTake(SdpDescription sdp, SdpMedia media, bool isAnswer)
    {
        var isPlain = IsPlain(media.Protocol);
        if (isAnswer && _protocol is { } offered && IsPlain(offered) != isPlain)
            return false;
        if (!isAnswer)
            _protocol = media.Protocol;
        var isDtls = media.Protocol.StartsWith(DtlsSecure, StringComparison.Ordinal);
        _isSuspended = false;
        if (!isDtls && TryTakeKey(media, isAnswer))
            (_form, _handshake) = (Form.Sdes, null);
        else if (!(isAnswer && isPlain) && TryTakeFingerprint(sdp, media, isAnswer))
            (_form, _ours, _theirs) = (Form.Dtls, null, null);
        else if (isPlain)
            (_form, _ours, _theirs, _handshake) = (Form.Plain, null, null, null);
        else
            return false;
        return true;
    }

    /// <summary>
    /// Takes what the side said last, after a restart. What it sends under a key of its own in SDP is heard as before. Ours are gone with the packet counts
    /// that belong to them (RFC 3711 section 9.1), as are those of DTLS: nothing is sent until the next offer and answer have brought new ones.
    /// </summary>
    public bool TryResume(SdpDescription sdp, SdpMedia media)
    {
        var isTaken = TryTake(sdp, media, isAnswer: false);
        _isSuspended = IsSecure;
        _isResumed = true;
        return isTaken;
    }

    /// <summary>Says in our offer or answer to the side what goes for it: an answer has the form of its offer, an offer that of the side's last.</summary>
    /// <returns>False when it cannot be: this machine has no DTLS, or the side offered nothing.</returns>
    public bool Put(SdpMedia media, bool isAnswer, bool isAudio)
    {
        Remove(media);
        if (_protocol is null)
            (_protocol, _form) = First(media.Protocol, isAudio);
        media.Protocol = _protocol;
        if (isAnswer && (_form == Form.Sdes && _ours is null || _form == Form.Dtls && _handshake is null))
            return false; // what is no offer cannot be answered
        if (_form == Form.Sdes && isAnswer)
            media.Attributes.Add("crypto", _ours!.Format());
        else if (_form == Form.Sdes)
            Offer(media);
        return _form != Form.Dtls || PutFingerprint(media, isAnswer);
    }

    /// <summary>The settings with it.</summary>
    public MediaRelaySettings Apply(MediaRelaySettings settings) => _isSuspended
        ? settings with { RequiresKeys = true, ReceiveKey = _theirs, FindsRollover = true }
        : settings with { RequiresKeys = IsSecure, SendKey = _ours, ReceiveKey = _theirs, Handshake = _handshake, FindsRollover = _isResumed };

    static bool IsPlain(string protocol) => protocol.StartsWith(Plain, StringComparison.Ordinal);

    /// <summary>
    /// What the first offer to the side says. The feedback of RFC 4585 stays where the form does, and for video; audio hardly has any, and plain phones
    /// refuse a profile with it.
    /// </summary>
    (string Protocol, Form Form) First(string offered, bool isAudio)
    {
        var (protocol, form) = wanted switch
        {
            SrtpMode.Sdes => (Secure, Form.Sdes),
            SrtpMode.SdesOffered => (Plain, Form.Sdes),
            SrtpMode.Dtls => (DtlsSecure, Form.Dtls),
            _ => (Plain, Form.Plain),
        };
        var keepsFeedback = offered.EndsWith('F') && (!isAudio || offered.StartsWith(protocol, StringComparison.Ordinal));
        return (keepsFeedback ? protocol + "F" : protocol, form);
    }

    /// <summary>The keys that an offer or answer brings: theirs, and ours that goes along with it.</summary>
    bool TryTakeKey(SdpMedia media, bool isAnswer)
    {
        foreach (var line in media.Attributes.All("crypto"))
        {
            if (!SdesKey.TryParse(line, out var theirs, out _) || theirs is null || !theirs.Profile.IsSupported)
                continue;
            var ours = isAnswer ? _offered.Find(key => key.Tag == theirs.Tag && key.Profile == theirs.Profile)
                : _ours is { } kept && kept.Tag == theirs.Tag && kept.Profile == theirs.Profile ? kept
                : keys.NewKey(theirs.Profile, theirs.Tag);
            if (ours is null)
                continue;
            (_ours, _theirs) = (ours, theirs);
            return true;
        }

        return false;
    }

    void Offer(SdpMedia media)
    {
        if (_ours is { } kept)
            _offered = [kept];
        else if (_offered.Count == 0)
            _offered = [.. Suites.Select((suite, i) => keys.NewKey(suite, i + 1))];
        foreach (var key in _offered)
            media.Attributes.Add("crypto", key.Format());
    }

    /// <summary>
    /// The association that an offer or answer settles. Who leaves the roles to us opens it, since only they know where they are when behind NAT; the
    /// same certificate and id leave the association that stands, with its roles (RFC 8842 sections 5.3 and 5.4).
    /// </summary>
    bool TryTakeFingerprint(SdpDescription sdp, SdpMedia media, bool isAnswer)
    {
        var written = media.Attributes.First("fingerprint") ?? sdp.Attributes.First("fingerprint");
        if (written is null || !DtlsFingerprint.TryParse(written, out var peer) || peer is null || keys.Dtls is not { } context)
            return false;
        var id = media.Attributes.First("tls-id") ?? sdp.Attributes.First("tls-id") ?? "";
        var isSame = _handshake is { } standing && standing.Id == id && standing.Peer.Equals(peer);
        DtlsRole? role = (media.Attributes.Setup ?? sdp.Attributes.Setup) switch
        {
            "passive" => DtlsRole.Client,
            "holdconn" => null,
            "actpass" when isSame && !isAnswer => _handshake!.Role,
            _ => DtlsRole.Server,
        };
        if (role is null)
            return false;
        if (!isSame && _handshake is not null && !isAnswer)
            _id = null;
        _handshake = new RelayHandshake(context, role.Value, peer, id);
        return true;
    }

    bool PutFingerprint(SdpMedia media, bool isAnswer)
    {
        if (keys.Dtls is not { } context)
            return false;
        media.Attributes.Add("fingerprint", context.Fingerprint.ToString());
        media.Attributes.Add("setup", !isAnswer ? "actpass" : _handshake!.Role == DtlsRole.Client ? "active" : "passive");
        if (!isAnswer || _handshake!.Id.Length > 0)
            media.Attributes.Add("tls-id", _id ??= keys.NewId());
        if (!isAnswer && !media.RtcpMux)
            media.Attributes.Add("rtcp-mux");
        return true;
    }
}
