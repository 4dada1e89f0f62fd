namespace Meetpoint.Media.Srtp;

/// <summary>
/// Secure RTP with one peer (RFC 3711, RFC 7714): a master key for each direction, no MKI, no re-keying. Works in place and allocates
/// nothing per packet, only once per new source. Protecting and unprotecting share no state, so one thread may do each; neither is safe on
/// two threads at a time. Dispose, on no thread's hot path, wipes the keys.
/// </summary>
public sealed class SrtpSession : IDisposable
{
    readonly SrtpSender _sender;
    readonly SrtpReceiver _receiver;
    bool _disposed;

    SrtpSession(SrtpProfile profile, SrtpSender sender, SrtpReceiver receiver)
    {
        Profile = profile;
        _sender = sender;
        _receiver = receiver;
    }

    /// <summary>The protection profile of both directions.</summary>
    public SrtpProfile Profile { get; }

    /// <summary>Bytes that a buffer needs behind a packet of any kind, whatever the profile.</summary>
    public const int MaxOverheadBytes = 20;

    /// <summary>A session from two master keys. The keys are not kept; wipe them.</summary>
    /// <param name="profile">The profile of both directions.</param>
    /// <param name="localKey">Master key of what goes out, 16 bytes.</param>
    /// <param name="localSalt">Master salt of what goes out, 14 bytes, or 12 for GCM.</param>
    /// <param name="remoteKey">Master key of what comes in.</param>
    /// <param name="remoteSalt">Master salt of what comes in.</param>
    /// <param name="options">Limits, or null for <see cref="SrtpOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit the profile, the profile is not supported, or a limit is out of range.</exception>
    public static SrtpSession Create(
        SrtpProfile profile,
        ReadOnlySpan<byte> localKey,
        ReadOnlySpan<byte> localSalt,
        ReadOnlySpan<byte> remoteKey,
        ReadOnlySpan<byte> remoteSalt,
        SrtpOptions? options = null)
    {
        options ??= SrtpOptions.Default;
        ThrowUnlessValid(profile, localKey, localSalt);
        ThrowUnlessValid(profile, remoteKey, remoteSalt);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSources, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxRtpPackets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRtpPackets, SrtpOptions.Default.MaxRtpPackets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxRtcpPackets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRtcpPackets, SrtpOptions.Default.MaxRtcpPackets);
        return new SrtpSession(
            profile,
            new SrtpSender(profile, SrtpTransform.Create(profile, localKey, localSalt), options),
            new SrtpReceiver(profile, SrtpTransform.Create(profile, remoteKey, remoteSalt), options));
    }

    /// <summary>A session from the keys of an offer and its answer (RFC 4568). The lifetime of the local key is kept to.</summary>
    /// <exception cref="ArgumentException">The two suites differ: an answer must repeat the suite that it accepts.</exception>
    public static SrtpSession Create(SdesKey local, SdesKey remote, SrtpOptions? options = null)
    {
        if (local.Profile != remote.Profile)
        {
            throw new ArgumentException("The crypto suites of offer and answer differ.", nameof(remote));
        }
        options ??= SrtpOptions.Default;
        options = options with
        {
            MaxRtpPackets = Math.Min(options.MaxRtpPackets, local.LifetimePackets),
            MaxRtcpPackets = Math.Min(options.MaxRtcpPackets, local.LifetimePackets),
        };
        return Create(local.Profile, local.MasterKey, local.MasterSalt, remote.MasterKey, remote.MasterSalt, options);
    }

    /// <summary>Encrypts and tags an RTP packet in place.</summary>
    /// <param name="buffer">The packet, and room behind it for the profile's overhead; <see cref="MaxOverheadBytes"/> is always enough.</param>
    /// <param name="length">Length of the packet in bytes.</param>
    /// <param name="newLength">Length of the protected packet; <paramref name="length"/> unless the result is Ok.</param>
    public SrtpStatus ProtectRtp(Span<byte> buffer, int length, out int newLength)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _sender.ProtectRtp(buffer, length, out newLength);
    }

    /// <summary>Checks and decrypts an RTP packet in place.</summary>
    /// <param name="packet">Exactly the packet received.</param>
    /// <param name="newLength">Length of the plain packet, at the front; the old length unless the result is Ok.</param>
    public SrtpStatus UnprotectRtp(Span<byte> packet, out int newLength)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _receiver.UnprotectRtp(packet, out newLength);
    }

    /// <summary>Encrypts and tags an RTCP compound packet in place; the source is that of its first packet.</summary>
    /// <param name="buffer">The packet, and room behind it for the profile's overhead; <see cref="MaxOverheadBytes"/> is always enough.</param>
    /// <param name="length">Length of the packet in bytes.</param>
    /// <param name="newLength">Length of the protected packet; <paramref name="length"/> unless the result is Ok.</param>
    public SrtpStatus ProtectRtcp(Span<byte> buffer, int length, out int newLength)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _sender.ProtectRtcp(buffer, length, out newLength);
    }

    /// <summary>
    /// Checks an RTCP compound packet in place, and decrypts it when its E flag is set. A packet without the flag is authentic all the same
    /// and is taken (RFC 3711 3.4).
    /// </summary>
    /// <param name="packet">Exactly the packet received.</param>
    /// <param name="newLength">Length of the plain packet, at the front; the old length unless the result is Ok.</param>
    public SrtpStatus UnprotectRtcp(Span<byte> packet, out int newLength)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _receiver.UnprotectRtcp(packet, out newLength);
    }

    /// <summary>Wipes the keys; later calls throw.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _sender.Dispose();
            _receiver.Dispose();
        }
    }

    static void ThrowUnlessValid(SrtpProfile profile, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        if (!profile.IsSupported)
        {
            throw new ArgumentOutOfRangeException(nameof(profile), profile, "Not a supported profile.");
        }
        if (key.Length != profile.KeyBytes || salt.Length != profile.SaltBytes)
        {
            throw new ArgumentException($"{profile.CryptoSuite} takes a key of {profile.KeyBytes} and a salt of {profile.SaltBytes} bytes.");
        }
    }
}
