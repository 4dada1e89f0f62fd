using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Nni;

/// <summary>Resolves a host name to addresses with that port, to be tried in order. Throws <see cref="IOException"/> or gives none when unknown.</summary>
public delegate ValueTask<IReadOnlyList<NetAddress>> NniResolver(string host, int port, CancellationToken cancellation);

/// <summary>HTTPS with mutual TLS. Connections are pooled for each neighbour, and each handshake shows the certificate of that moment.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class HttpsNniTransport : INniTransport, IDisposable
{
    const int ConnectionsPerNeighbour = 4;

    // Shorter than half the life of a leaf, so that no connection outlives the certificate that it was opened with.
    static readonly TimeSpan ConnectionLife = TimeSpan.FromHours(1);
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<NniNeighbour, HttpMessageInvoker> _clients = new();
    readonly NniNeighbours _neighbours;
    readonly NniCertificates _certificates;
    readonly NniResolver _resolve;

    /// <summary>A transport that connects when first used.</summary>
    public HttpsNniTransport(NniNeighbours neighbours, NniCertificates certificates, NniResolver resolve)
    {
        _neighbours = neighbours;
        _certificates = certificates;
        _resolve = resolve;
    }

    /// <inheritdoc/>
    public async Task<NniReply> PostAsync(string destination, string path, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (_neighbours.NextHop(destination) is not { } hop)
            return NniReply.None($"no way to {destination} is configured");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new UriBuilder("https", hop.Host!, hop.Port, path).Uri);
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await Client(hop).SendAsync(request, cancellation).ConfigureAwait(false);
            var bytes = await ReadAsync(response.Content, cancellation).ConfigureAwait(false);
            return bytes is null ? NniReply.None("the answer is too large") : new NniReply((int)response.StatusCode, bytes);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException
            or UriFormatException or ObjectDisposedException)
        {
            return NniReply.None(error is OperationCanceledException ? "no answer in time" : Innermost(error));
        }
    }

    /// <summary>Closes every connection, so that the next request shows the present certificate.</summary>
    public void Reconnect()
    {
        foreach (var neighbour in _clients.Keys)
        {
            if (_clients.TryRemove(neighbour, out var client))
                client.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Reconnect();

    static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error.Message;
    }

    static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await BoundedBody.ReadAsync(stream, NniLimits.RequestBytes, cancellation).ConfigureAwait(false);
    }

    // A changed record (another host or key) is another client; the old one's connections end with their life.
    HttpMessageInvoker Client(NniNeighbour hop) => _clients.GetOrAdd(hop, neighbour => new HttpMessageInvoker(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = ConnectTimeout,
        MaxConnectionsPerServer = ConnectionsPerNeighbour,
        PooledConnectionLifetime = ConnectionLife,
        MaxResponseHeadersLength = 16,
        ActivityHeadersPropagator = null,
        ConnectCallback = (_, cancellation) => ConnectAsync(neighbour, cancellation),
    }));

    async ValueTask<Stream> ConnectAsync(NniNeighbour neighbour, CancellationToken cancellation)
    {
        var network = await DialAsync(neighbour, cancellation).ConfigureAwait(false);

        // TLS here and not in the handler, whose options are fixed for its life: certificates renew.
        var tls = new SslStream(network);
        try
        {
            await tls.AuthenticateAsClientAsync(_certificates.ClientOptions(neighbour), cancellation).ConfigureAwait(false);
            return tls;
        }
        catch (Exception error)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (error is AuthenticationException)
                throw new IOException($"TLS with {neighbour.Exchange} failed: {error.Message}", error);
            throw;
        }
    }

    async Task<NetworkStream> DialAsync(NniNeighbour neighbour, CancellationToken cancellation)
    {
        Exception? last = null;
        foreach (var address in await _resolve(neighbour.Host!, neighbour.Port, cancellation).ConfigureAwait(false))
        {
            var endPoint = address.ToIPEndPoint();
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception error)
            {
                socket.Dispose();
                if (error is not SocketException)
                    throw;
                last = error;
            }
        }

        throw new IOException(last is null ? $"{neighbour.Host} has no address" : $"{neighbour.Host} cannot be reached: {last.Message}", last);
    }
}
