using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Exchange.Nni;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using Meetpoint.Net;

namespace Meetpoint.Interop.BadInput;

/// <summary>A TLS connection to Albion with a certificate that stands for Liberty, to say over it what no exchange would.</summary>
sealed class TlsLink : IAsyncDisposable
{
    readonly IdentityKey _key;
    readonly IdentityIssuer _issuer;
    readonly SslStream _stream;

    TlsLink(IdentityKey key, IdentityIssuer issuer, SslStream stream)
    {
        _key = key;
        _issuer = issuer;
        _stream = stream;
    }

    public Stream Stream => _stream;

    public static async Task<TlsLink> OpenAsync(BorderWorld border, NetAddress remote)
    {
        var key = IdentityKey.LoadOrCreate(Path.Combine(border.Liberty.Folder, "data", "identity.pem"));
        var issuer = new IdentityIssuer(key, "liberty.example", TimeProvider.System.GetUtcNow());
        using var leaf = issuer.IssueLeaf(["liberty.example"], TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        var socket = await UnknownSenderTests.ConnectAsync(remote, border.Liberty.Party.Sip);
        var link = new TlsLink(key, issuer, new SslStream(new NetworkStream(socket, ownsSocket: true)));
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        await link._stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "albion.example",
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                ClientCertificateContext = SslStreamCertificateContext.Create(leaf, [issuer.Presented], offline: true),
            },
            bound.Token);
        return link;
    }

    /// <summary>Sends the start and then filler, at most this much, until it is refused; gives all that was answered.</summary>
    public async Task<string> PourAsync(string start, int bytes)
    {
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        var text = new StringBuilder();
        var reading = ReadAsync();
        var filler = new byte[64 << 10];
        filler.AsSpan().Fill((byte)'a');
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(start), bound.Token);
            for (var sent = 0; sent < bytes && !reading.IsCompleted; sent += filler.Length)
                await _stream.WriteAsync(filler, bound.Token);
        }
        catch (IOException)
        {
            // Closed in the middle: that is the point.
        }

        await reading;
        return text.ToString();

        async Task ReadAsync()
        {
            var buffer = new byte[4_096];
            try
            {
                while (await _stream.ReadAsync(buffer, bound.Token) is > 0 and var length)
                    text.Append(Encoding.UTF8.GetString(buffer, 0, length));
            }
            catch (IOException)
            {
                // A reset is an end as well.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _issuer.Dispose();
        _key.Dispose();
    }
}
