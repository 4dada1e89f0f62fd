using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Presence;

/// <summary>
/// The edge server of a federated partner, on the wire: TLS in which each side shows a certificate that an authority of both vouches for, as partners do whom `_sipfederationtls._tcp` names.
/// </summary>
/// <param name="authority">Vouches for both.</param>
/// <param name="name">The edge's own name.</param>
/// <param name="local">Where it is.</param>
/// <param name="partner">The name that the other side must prove.</param>
sealed class FederationEdge(TestAuthority authority, string name, NetAddress local, string partner) : IDisposable
{
    readonly X509Certificate2 _leaf = authority.Leaf([name]);
    readonly TcpListener _listener = new(local.ToIPEndPoint());

    /// <summary>Where it is.</summary>
    public NetAddress Local => local;

    /// <summary>Takes connections from now on.</summary>
    public void Listen() => _listener.Start();

    /// <summary>Opens a connection to the partner.</summary>
    public async Task<PresenceAgent> ConnectAsync(NetAddress remote)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(local.ToIPEndPoint().Address, 0));
        await socket.ConnectAsync(remote.ToIPEndPoint(), TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = partner, ClientCertificateContext = Shown(), CertificateChainPolicy = Believed() }, TestContext.Current.CancellationToken);
        return PresenceAgent.OverTls(stream, local);
    }

    /// <summary>Takes the connection that the partner opens.</summary>
    public async Task<PresenceAgent> AcceptAsync(Func<string> log)
    {
        var socket = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask().WithinAsync(BorderWorld.Soon, $"a connection to {name}", log);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificateContext = Shown(), ClientCertificateRequired = true, CertificateChainPolicy = Believed() }, TestContext.Current.CancellationToken);
        if (stream.RemoteCertificate is not X509Certificate2 shown || !shown.MatchesHostname(partner))
            throw new AuthenticationException($"expected {partner} to prove its name; instead: {stream.RemoteCertificate?.Subject}");
        return PresenceAgent.OverTls(stream, local);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _leaf.Dispose();
    }

    SslStreamCertificateContext Shown() => SslStreamCertificateContext.Create(_leaf, authority.Sent, offline: true);

    X509ChainPolicy Believed()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authority.Trusted);
        return policy;
    }
}
