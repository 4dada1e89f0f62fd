using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net;

/// <summary>TLS over one stream of a loop: the handshake, then a pump from records to the receiver.</summary>
sealed class TlsChannel
{
    /// <summary>The largest content of a record (RFC 8446, section 5.1).</summary>
    const int MaxRecordBytes = 16 * 1024;

    readonly SocketStream _socket;
    readonly TlsInnerStream _inner;
    readonly SslStream _ssl;
    readonly TlsVerdict _verdict = new();
    readonly Func<SslStream, TlsVerdict, Task> _authenticate;

    TlsChannel(SocketStream socket, Func<SslStream, TlsVerdict, Task> authenticate)
    {
        _socket = socket;
        _inner = new TlsInnerStream(socket);
        _ssl = new SslStream(_inner, leaveInnerStreamOpen: false);
        _authenticate = authenticate;
    }

    internal static TlsChannel ForClient(SocketStream socket, TlsIdentity identity, string? serverName) =>
        new(socket, (ssl, verdict) => ssl.AuthenticateAsClientAsync(TlsHandshake.ClientOptions(identity, serverName, verdict)));

    internal static TlsChannel ForServer(SocketStream socket, TlsIdentity identity) =>
        identity.CertificateFor is null
            ? new(socket, (ssl, verdict) => ssl.AuthenticateAsServerAsync(TlsHandshake.ServerOptions(identity, verdict)))
            : new(socket, (ssl, verdict) => ssl.AuthenticateAsServerAsync(
                (_, hello, _, _) => ValueTask.FromResult(TlsHandshake.ServerOptions(identity, verdict, hello.ServerName)), null));

    internal void Start() => _ = RunAsync();

    internal void OnReadable()
    {
        if (!_inner.OnReadable())
            _socket.End("its TLS reads no more");
    }

    internal void Cancel() => _inner.Cancel();

    /// <summary>Encrypts into the queue. False when TLS cannot send any more.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _ssl.Write(bytes);
            return true;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Queues the close_notify alert, so that the other end can tell an end from a cut.</summary>
    internal void QueueShutdown() => _ = _ssl.ShutdownAsync();

    async Task RunAsync()
    {
        try
        {
            await _authenticate(_ssl, _verdict);
        }
        catch (Exception exception)
        {
            _socket.EndAfterFlush($"handshake failed: {_verdict.Refusal ?? exception.Message}");
            return;
        }

        // A copy: the one of SslStream ends with it, but the receiver may look at it after the close.
        var protocol = _ssl.NegotiatedApplicationProtocol.ToString();
        _socket.OnSecured(
            _ssl.RemoteCertificate is { } peer ? X509CertificateLoader.LoadCertificate(peer.GetRawCertData()) : null,
            protocol.Length > 0 ? protocol : null, _ssl.SslProtocol >= System.Security.Authentication.SslProtocols.Tls13);
        await PumpAsync();
    }

    async Task PumpAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxRecordBytes);
        try
        {
            while (await _ssl.ReadAsync(buffer) is > 0 and var count)
                _socket.Deliver(buffer.AsSpan(0, count));
            _socket.EndAfterFlush(SocketStream.ClosedByPeer);
        }
        catch (Exception exception)
        {
            _socket.EndAfterFlush(exception.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await _ssl.DisposeAsync();
        }
    }
}
