using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Meetpoint.Media.Dtls.Native;
using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Dtls;

/// <summary>
/// One DTLS-SRTP association (RFC 5763, RFC 5764, RFC 8842), DTLS 1.2 by OpenSSL, without sockets or clock: datagrams and monotonic
/// nanoseconds go in, datagrams and an <see cref="SrtpSession"/> come out. The peer's certificate is compared with the fingerprint of its SDP
/// when it arrives, inside the handshake, so that neither end gets keys when it is another's. Not thread-safe; nothing received throws.
/// </summary>
/// <remarks>
/// Retransmission follows the time that is given and no other. OpenSSL would repeat a flight by the machine's clock, in the middle of any call that comes late; so its timer
/// runs out at once for as often as repetitions are wanted, in the call that writes the flight, and then never (<see cref="DatagramBio"/>). What it writes is kept
/// (<see cref="Flight"/>) and goes out when <see cref="OnTimer"/> finds it due, under new record numbers, as RFC 6347 4.2.4 has it: a peer drops what it has seen as replays. When all
/// of them are used, the last one goes out again byte for byte. A lost last flight, which a server must answer when the client repeats its own, OpenSSL repeats by itself; where it has
/// nothing to say to handshake records, a connected server sends the flight that it kept, at bounded rate and count.
/// </remarks>
public sealed class DtlsEndpoint : IDisposable
{
    /// <summary>Longer datagrams are dropped.</summary>
    public const int MaxDatagramBytes = 16 * 1024;

    /// <summary>Most repetitions of the last flight by a connected server: a replaying attacker gets no more out of it.</summary>
    const int MaxLastFlightRepeats = 16;

    const int RecordHeaderBytes = 13;
    const byte ChangeCipherSpecRecord = 20;
    const byte HandshakeRecord = 22;

    readonly DtlsRole _role;
    readonly DtlsOptions _options;
    readonly IDtlsOutput _output;
    readonly SslHandle _ssl;
    readonly DatagramBio _bio;
    readonly RetransmitTimer _retransmit;
    readonly Flight _records; // of application data: the last flight of the handshake is kept beside it
    byte[]? _data;
    SrtpSession? _srtp;
    long _deadlineNs = long.MaxValue;
    long _nextRepeatNs;
    int _repeatsLeft = MaxLastFlightRepeats;

    /// <param name="role">From a=setup.</param>
    /// <param name="context">Certificate and settings.</param>
    /// <param name="expectedPeer">From the peer's a=fingerprint, out of signalling that is itself protected.</param>
    /// <param name="output">Takes what is to be sent.</param>
    /// <exception cref="ObjectDisposedException">The context is disposed.</exception>
    public DtlsEndpoint(DtlsRole role, DtlsContext context, DtlsFingerprint expectedPeer, IDtlsOutput output)
    {
        _role = role;
        _options = context.Options;
        _output = output;
        _records = new Flight(_options.MtuBytes);
        _retransmit = new RetransmitTimer(_options.InitialRetransmitNs, _options.MaxRetransmitNs);
        _ssl = LibSsl.SSL_new(context.Handle);
        if (_ssl.IsInvalid)
        {
            throw new OutOfMemoryException("OpenSSL could not make an SSL object.");
        }
        _bio = DatagramBio.Attach(context, expectedPeer, _ssl);
        // The link MTU counts the headers below as well; OpenSSL takes IPv4's and UDP's 28 bytes off it.
        _ = LibSsl.SSL_ctrl(_ssl, LibSsl.CtrlDtlsSetLinkMtu, new CLong(_options.MtuBytes + 28), 0);
        _ = LibSsl.SSL_ctrl(_ssl, LibSsl.CtrlSetMtu, new CLong(_options.MtuBytes), 0);
        if (role == DtlsRole.Client)
        {
            LibSsl.SSL_set_connect_state(_ssl);
        }
        else
        {
            LibSsl.SSL_set_accept_state(_ssl);
        }
    }

    /// <summary>Where it stands.</summary>
    public DtlsState State { get; private set; }

    /// <summary>Why it failed, when it did.</summary>
    public DtlsFailure Failure { get; private set; }

    /// <summary>The profile agreed on, once connected.</summary>
    public SrtpProfile Profile { get; private set; }

    /// <summary>When to call <see cref="OnTimer"/>; <see cref="long.MaxValue"/> when there is no need. Changes with every call.</summary>
    public long NextTimeoutNs => _ssl.IsClosed ? long.MaxValue : Math.Min(_deadlineNs, _retransmit.DueNs);

    /// <summary>Starts the handshake: a client sends its first flight, a server listens. A second call does nothing.</summary>
    public void Start(long nowNs)
    {
        if (State != DtlsState.New)
        {
            return;
        }
        State = DtlsState.Handshaking;
        _deadlineNs = nowNs + _options.HandshakeTimeoutNs;
        if (_role == DtlsRole.Client)
        {
            Handshake(nowNs);
        }
    }

    /// <summary>A datagram of kind <see cref="PacketKind.Dtls"/> from the peer. Before the start and after the end it is dropped.</summary>
    public unsafe void OnDatagram(ReadOnlySpan<byte> datagram, long nowNs)
    {
        if (_ssl.IsClosed || State is not (DtlsState.Handshaking or DtlsState.Connected)
            || datagram.Length is < RecordHeaderBytes or > MaxDatagramBytes || PacketKind.Of(datagram[0]) != PacketKind.Dtls)
        {
            return;
        }
        fixed (byte* bytes = datagram)
        {
            _bio.Feed(bytes, datagram.Length);
            if (State == DtlsState.Handshaking)
            {
                Handshake(nowNs);
            }
            else
            {
                ReadRecords(datagram[0], nowNs);
            }
            _bio.EndFeed();
        }
    }

    /// <summary>Does what is due: repeats a flight, gives up, or lets go of the SSL object. Calling it early does no harm.</summary>
    public void OnTimer(long nowNs)
    {
        if (nowNs < NextTimeoutNs)
        {
            return;
        }
        if (State != DtlsState.Handshaking)
        {
            _ssl.Dispose();
        }
        else if (nowNs >= _deadlineNs)
        {
            Fail(DtlsFailure.TimedOut);
        }
        else
        {
            Retransmit(nowNs);
        }
    }

    /// <summary>
    /// The session with the keys of this association, once: true the first time after <see cref="State"/> became Connected. It is the
    /// caller's from then on, and independent of this endpoint.
    /// </summary>
    public bool TryTakeSrtp([NotNullWhen(true)] out SrtpSession? session)
    {
        session = _srtp;
        _srtp = null;
        return session is not null;
    }

    /// <summary>Ends the association; tells the peer, if it was connected and the SSL object is still there.</summary>
    public void Close()
    {
        switch (State)
        {
            case DtlsState.Connected:
                State = DtlsState.Closed;
                if (!_ssl.IsClosed)
                {
                    Shutdown();
                    SendFlight();
                }
                break;
            case DtlsState.New or DtlsState.Handshaking:
                Fail(DtlsFailure.Cancelled);
                break;
        }
    }

    /// <summary>Frees everything, without a word to the peer. A session not taken is disposed.</summary>
    public void Dispose()
    {
        _ssl.Dispose();
        _srtp?.Dispose();
        _srtp = null;
    }

    void Handshake(long nowNs)
    {
        BeginCall();
        var result = LibSsl.SSL_do_handshake(_ssl);
        if (result == 1)
        {
            Complete(nowNs);
        }
        else if (LibSsl.SSL_get_error(_ssl, result) is not (LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite))
        {
            Fail(_bio.PeerRefused ? DtlsFailure.FingerprintMismatch : DtlsFailure.ProtocolError);
        }
        else if (_bio.Flight.HasUnsent)
        {
            _retransmit.Restart(nowNs);
        }
        SendFlight();
    }

    void Complete(long nowNs)
    {
        if (!_bio.PeerVerified)
        {
            Fail(DtlsFailure.FingerprintMismatch);
            return;
        }
        Profile = SrtpKeyExport.SelectedProfile(_ssl);
        if (Profile == SrtpProfile.None && !_options.CarriesData)
        {
            Fail(DtlsFailure.NoCommonProfile);
            return;
        }
        _srtp = Profile == SrtpProfile.None ? null : SrtpKeyExport.CreateSession(_ssl, Profile, _role, _options.Srtp);
        if (_srtp is null && Profile != SrtpProfile.None)
        {
            Fail(DtlsFailure.ProtocolError);
            return;
        }
        State = DtlsState.Connected;
        _retransmit.Stop();
        _deadlineNs = _options.CarriesData ? long.MaxValue : nowNs + _options.LingerNs;
        _nextRepeatNs = nowNs;
    }

    /// <summary>Sends one record of application data; false while there is no association, and when it is longer than a datagram takes.</summary>
    public unsafe bool TrySend(ReadOnlySpan<byte> data)
    {
        if (State != DtlsState.Connected || _ssl.IsClosed || data.IsEmpty || data.Length > _options.MtuBytes)
        {
            return false;
        }
        int written;
        LibSsl.ERR_clear_error();
        _bio.Records = _records;
        _records.BeginCall();
        fixed (byte* bytes = data)
        {
            written = LibSsl.SSL_write(_ssl, bytes, data.Length);
        }
        _bio.Records = null;
        while (_records.TryTakeUnsent(out var datagram))
        {
            _output.SendDatagram(datagram.Span);
        }
        return written == data.Length;
    }

    /// <summary>After the handshake: alerts, repeated flights of the peer, and application data, which is passed on where the association carries some.</summary>
    unsafe void ReadRecords(byte recordType, long nowNs)
    {
        const int ScratchBytes = 512;
        var scratch = stackalloc byte[ScratchBytes];
        BeginCall();
        int result;
        if (_options.CarriesData)
        {
            _data ??= new byte[MaxDatagramBytes];
            while (true)
            {
                fixed (byte* bytes = _data)
                {
                    result = LibSsl.SSL_read(_ssl, bytes, MaxDatagramBytes);
                }
                if (result <= 0)
                {
                    break;
                }
                _output.OnData(_data.AsSpan(0, result));
                // Who hears it may end the association.
                if (_ssl.IsClosed)
                {
                    return;
                }
            }
        }
        else
        {
            do
            {
                result = LibSsl.SSL_read(_ssl, scratch, ScratchBytes);
            }
            while (result > 0);
        }
        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite:
                if (!_bio.Flight.HasUnsent && recordType is HandshakeRecord or ChangeCipherSpecRecord)
                {
                    RepeatLastFlight(nowNs);
                }
                break;
            case LibSsl.ErrorZeroReturn:
                State = DtlsState.Closed;
                Shutdown();
                break;
            default:
                Fail(DtlsFailure.ProtocolError);
                break;
        }
        SendFlight();
    }

    void RepeatLastFlight(long nowNs)
    {
        if (_role == DtlsRole.Server && _repeatsLeft > 0 && nowNs >= _nextRepeatNs)
        {
            _repeatsLeft--;
            _nextRepeatNs = nowNs + _options.InitialRetransmitNs / 2;
            _bio.Flight.Repeat();
        }
    }

    void Retransmit(long nowNs)
    {
        _bio.Flight.Repeat();
        _retransmit.BackOff(nowNs);
        SendFlight();
    }

    void BeginCall()
    {
        LibSsl.ERR_clear_error();
        _bio.Flight.BeginCall();
    }

    void Fail(DtlsFailure failure)
    {
        State = DtlsState.Failed;
        Failure = failure;
        _srtp?.Dispose();
        _srtp = null;
        _ssl.Dispose();
    }

    void Shutdown()
    {
        BeginCall();
        _ = LibSsl.SSL_shutdown(_ssl);
        _ssl.Dispose();
    }

    /// <summary>Last in every call, when this object is consistent: the output may deliver to a peer that answers at once.</summary>
    void SendFlight()
    {
        while (_bio.Flight.TryTakeUnsent(out var datagram))
        {
            _output.SendDatagram(datagram.Span);
        }
    }
}
