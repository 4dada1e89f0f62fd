using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meetpoint.Media.Dtls.Native;

/// <summary>
/// The managed half of one SSL: what OpenSSL reads from, writes to and asks. A read gives the datagram at hand, once; a write is one datagram.
/// It knows nothing of its endpoint, so that a forgotten endpoint can be finalised; OpenSSL's reference is let go when the BIO is destroyed.
/// </summary>
sealed unsafe class DatagramBio
{
    const int ApplicationData = 0;

    static readonly nint Method = CreateMethod();

    readonly DtlsContext _context;
    readonly DtlsFingerprint _expectedPeer;
    byte* _incoming;
    int _incomingLength;

    DatagramBio(DtlsContext context, DtlsFingerprint expectedPeer)
    {
        _context = context;
        _expectedPeer = expectedPeer;
        Flight = new Flight(context.Options.MtuBytes);
    }

    /// <summary>The last flight written.</summary>
    public Flight Flight { get; }

    /// <summary>Takes what is written in place of <see cref="Flight"/>; null for that.</summary>
    public Flight? Records { get; set; }

    /// <summary>True once the peer showed another certificate than expected.</summary>
    public bool PeerRefused { get; private set; }

    /// <summary>True once the peer's certificate was seen and is the one expected.</summary>
    public bool PeerVerified { get; private set; }

    /// <summary>A new SSL of the context, wired to a new object of this class.</summary>
    public static DatagramBio Attach(DtlsContext context, DtlsFingerprint expectedPeer, SslHandle ssl)
    {
        var port = new DatagramBio(context, expectedPeer);
        var bio = LibSsl.BIO_new(Method);
        if (bio == 0)
        {
            throw new OutOfMemoryException("OpenSSL could not make a BIO.");
        }
        var self = GCHandle.ToIntPtr(GCHandle.Alloc(port));
        LibSsl.BIO_set_data(bio, self);
        LibSsl.BIO_set_init(bio, 1);
        context.CountConnection(+1);
        LibSsl.SSL_set_bio(ssl, bio, bio);
        _ = LibSsl.SSL_set_ex_data(ssl, ApplicationData, self);
        LibSsl.DTLS_set_timer_cb(ssl, &TimerDuration);
        return port;
    }

    /// <summary>Lays the datagram ready for the next read. The memory must stay pinned until <see cref="EndFeed"/>.</summary>
    public void Feed(byte* datagram, int length)
    {
        _incoming = datagram;
        _incomingLength = length;
    }

    public void EndFeed() => Feed(null, 0);

    /// <summary>For SSL_CTX_set_cert_verify_callback: replaces OpenSSL's chain building, since a fingerprint is all that counts here.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int VerifyPeer(nint store, nint argument)
    {
        var ssl = LibSsl.X509_STORE_CTX_get_ex_data(store, LibSsl.SSL_get_ex_data_X509_STORE_CTX_idx());
        byte* der = null;
        var length = LibSsl.i2d_X509(LibSsl.X509_STORE_CTX_get0_cert(store), &der);
        if (length <= 0)
        {
            return 0;
        }
        var port = From(LibSsl.SSL_get_ex_data(ssl, ApplicationData));
        port.PeerVerified = port.IsExpectedPeer(new ReadOnlySpan<byte>(der, length));
        port.PeerRefused = !port.PeerVerified;
        LibSsl.CRYPTO_free(der, 0, 0);
        if (port.PeerRefused)
        {
            LibSsl.X509_STORE_CTX_set_error(store, LibSsl.CertificateRejected);
        }
        return port.PeerVerified ? 1 : 0;
    }

    bool IsExpectedPeer(ReadOnlySpan<byte> certificateDer) => _expectedPeer.Matches(certificateDer);

    static nint CreateMethod()
    {
        var method = LibSsl.BIO_meth_new(LibSsl.BIO_get_new_index() | LibSsl.BioTypeSourceSink, "datagram");
        _ = LibSsl.BIO_meth_set_read(method, &Read);
        _ = LibSsl.BIO_meth_set_write(method, &Write);
        _ = LibSsl.BIO_meth_set_ctrl(method, &Control);
        _ = LibSsl.BIO_meth_set_destroy(method, &Destroy);
        return method;
    }

    static DatagramBio From(nint data) => (DatagramBio)GCHandle.FromIntPtr(data).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Read(nint bio, byte* buffer, int length)
    {
        LibSsl.BIO_clear_flags(bio, LibSsl.BioFlagRetries);
        var port = From(LibSsl.BIO_get_data(bio));
        if (port._incoming == null)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BioFlagRead | LibSsl.BioFlagShouldRetry);
            return -1;
        }
        var count = Math.Min(length, port._incomingLength);
        Buffer.MemoryCopy(port._incoming, buffer, length, count);
        port.EndFeed();
        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Write(nint bio, byte* data, int length)
    {
        LibSsl.BIO_clear_flags(bio, LibSsl.BioFlagRetries);
        var port = From(LibSsl.BIO_get_data(bio));
        (port.Records ?? port.Flight).Add(new ReadOnlySpan<byte>(data, length));
        return length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static CLong Control(nint bio, int command, CLong value, nint pointer) => command switch
    {
        LibSsl.BioCtrlFlush => new CLong(1),
        LibSsl.BioCtrlDgramQueryMtu or LibSsl.BioCtrlDgramGetFallbackMtu => new CLong(From(LibSsl.BIO_get_data(bio)).MtuBytes),
        _ => new CLong(0),
    };

    int MtuBytes => _context.Options.MtuBytes;

    /// <summary>
    /// How long OpenSSL's own timer, on the machine's clock, waits until it repeats a flight, in microseconds. It is asked with 0 at the start of a flight, and with what it waited
    /// when it is about to repeat one. As long as repetitions are wanted it does not wait, so that it writes them as soon as it looks for an answer; from then on it waits for longer
    /// than any handshake takes.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static uint TimerDuration(nint ssl, uint previousMicroseconds)
    {
        const uint AtOnce = 1, Never = uint.MaxValue; // 71 minutes
        var flight = From(LibSsl.SSL_get_ex_data(ssl, ApplicationData)).Flight;
        if (previousMicroseconds != 0)
        {
            return flight.BeginRepetition() ? AtOnce : Never;
        }
        flight.Clear();
        return AtOnce;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Destroy(nint bio)
    {
        var data = LibSsl.BIO_get_data(bio);
        if (data != 0)
        {
            From(data)._context.CountConnection(-1);
            GCHandle.FromIntPtr(data).Free();
            LibSsl.BIO_set_data(bio, 0);
        }
        return 1;
    }
}
