using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// The encryption of one side. Each direction has its own key and keeps its state for as long as that key stays: a re-INVITE that repeats a
/// key must not begin its packet indices anew, since that would repeat its keystream (RFC 3711 9.1).
/// </summary>
sealed class RelayProtection : IDisposable
{
    /// <summary>After a change of the peer's key, packets under the one before are still taken for so long.</summary>
    public const long KeyOverlapNs = 2 * MonotonicTime.Second;

    const int MaxRolloverGuesses = 32;

    SrtpSession? _session;
    SrtpSession? _controlSession;
    bool _hasHandshake;
    bool _hasControlHandshake;
    SdesKey? _sendKey;
    SdesKey? _receiveKey;
    SrtpSender? _sender;
    SrtpReceiver? _receiver;
    SrtpReceiver? _previous;
    long _previousEndsNs;

    /// <summary>Takes the keys of new settings; what is the same stays.</summary>
    public void Use(MediaRelaySettings settings, long nowNs)
    {
        if (settings.Session is { } session)
        {
            if (session == _session)
                return;
            Dispose();
            _session = session;
            return;
        }

        if (settings.Handshake is not null)
        {
            // Keys of the association before are used until the new one has some.
            if (!_hasHandshake)
                Dispose();
            (_hasHandshake, _hasControlHandshake) = (true, !settings.IsMuxed);
            return;
        }

        if (_hasHandshake || _session is not null)
            Dispose();
        if (!IsSame(settings.SendKey, _sendKey))
        {
            _sender?.Dispose();
            _sender = settings.SendKey is { } key ? new SrtpSender(key.Profile, TransformOf(key), OptionsOf(key)) : null;
            _sendKey = settings.SendKey;
        }

        if (IsSame(settings.ReceiveKey, _receiveKey))
            return;
        _previous?.Dispose();
        (_previous, _previousEndsNs) = (_receiver, nowNs + KeyOverlapNs);
        _receiver = settings.ReceiveKey is { } theirs ? new SrtpReceiver(
            theirs.Profile, TransformOf(theirs), OptionsOf(theirs) with { RolloverGuesses = settings.FindsRollover ? MaxRolloverGuesses : 0 }) : null;
        _receiveKey = settings.ReceiveKey;
    }

    /// <summary>Takes the keys of a handshake: of RTP's port, or of RTCP's own.</summary>
    public void UseAgreed(bool onControlPort, SrtpSession session)
    {
        ref var current = ref onControlPort ? ref _controlSession : ref _session;
        current?.Dispose();
        current = session;
    }

    /// <summary>Protects the first <paramref name="length"/> bytes in place; false without a key, or when the packet may not go.</summary>
    public bool TryProtect(Span<byte> buffer, int length, bool control, out int newLength)
    {
        newLength = length;
        SrtpStatus status;
        if (SessionOf(control) is { } session)
            status = control ? session.ProtectRtcp(buffer, length, out newLength) : session.ProtectRtp(buffer, length, out newLength);
        else if (_sender is { } sender)
            status = control ? sender.ProtectRtcp(buffer, length, out newLength) : sender.ProtectRtp(buffer, length, out newLength);
        else
            return false;
        return status == SrtpStatus.Ok;
    }

    /// <summary>Checks and opens a packet in place; false without a key, and for a forged, repeated or foreign one.</summary>
    public bool TryUnprotect(Span<byte> packet, bool control, long nowNs, out int newLength)
    {
        newLength = packet.Length;
        SrtpStatus status;
        if (SessionOf(control) is { } session)
            status = control ? session.UnprotectRtcp(packet, out newLength) : session.UnprotectRtp(packet, out newLength);
        else if (_receiver is { } receiver)
            status = Unprotect(receiver, packet, control, out newLength);
        else
            return false;
        if (status != SrtpStatus.AuthenticationFailed || _previous is not { } previous)
            return status == SrtpStatus.Ok;
        if (nowNs < _previousEndsNs)
            return Unprotect(previous, packet, control, out newLength) == SrtpStatus.Ok;
        previous.Dispose();
        _previous = null;
        return false;
    }

    /// <summary>Wipes all keys.</summary>
    public void Dispose()
    {
        _session?.Dispose();
        _controlSession?.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
        _previous?.Dispose();
        (_session, _controlSession, _sender, _receiver, _previous, _sendKey, _receiveKey) = (null, null, null, null, null, null, null);
        (_hasHandshake, _hasControlHandshake) = (false, false);
    }

    /// <summary>RTCP on a port of its own has an association of its own (RFC 5764 section 4.1).</summary>
    SrtpSession? SessionOf(bool control) => control && _hasControlHandshake ? _controlSession : _session;

    static SrtpStatus Unprotect(SrtpReceiver receiver, Span<byte> packet, bool control, out int newLength) =>
        control ? receiver.UnprotectRtcp(packet, out newLength) : receiver.UnprotectRtp(packet, out newLength);

    static SrtpTransform TransformOf(SdesKey key) => SrtpTransform.Create(key.Profile, key.MasterKey, key.MasterSalt);

    static SrtpOptions OptionsOf(SdesKey key) => SrtpOptions.Default with
    {
        MaxRtpPackets = Math.Min(SrtpOptions.Default.MaxRtpPackets, key.LifetimePackets),
        MaxRtcpPackets = Math.Min(SrtpOptions.Default.MaxRtcpPackets, key.LifetimePackets),
    };

    static bool IsSame(SdesKey? one, SdesKey? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Profile == other.Profile
            && one.MasterKey.SequenceEqual(other.MasterKey) && one.MasterSalt.SequenceEqual(other.MasterSalt));
}
