using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net.Virtual;

/// <summary>
/// Opens a stream: the round trips of TCP and of TLS 1.3, with the certificates shown and judged as the real handshake does, but no
/// cryptography. As in TLS 1.3 the client is open before the server has judged its certificate; a refusal reaches it as a close.
/// </summary>
static class VirtualConnect
{
    internal static void Begin(VirtualStream client, TlsIdentity? tls)
    {
        if (!client.Local.IsSet)
        {
            client.Loop.Post(() => client.End("no route"));
            return;
        }

        client.Carry([], () => ReachListener(client, tls));
    }

    static void ReachListener(VirtualStream client, TlsIdentity? tls)
    {
        var network = client.Network;
        var listener = network.HostOf(client.Remote)?.FindListener(client.Remote);
        if (listener is null)
        {
            network.Note(VirtualTraceKind.Unreachable, true, client.Local, client.Remote, []);
            Later(client, () => client.End("connection refused"));
            return;
        }

        var server = new VirtualStream(network, listener.Loop, client.Remote, client.Local) { Peer = client };
        client.Peer = server;
        if (tls is null && listener.Tls is null)
        {
            Accept(listener, server);
            server.Carry([], () => Open(client));
            return;
        }

        // One more round trip: the client's hello and the server's certificate.
        server.Carry([], () => client.Carry([], () => server.Carry(
            [], () => JudgeServer(client, server, tls, listener.Tls, () => Accept(listener, server)))));
    }

    /// <summary>TLS on a stream that is open; the server's end waits for it already, or there is none.</summary>
    internal static void Upgrade(VirtualStream client, TlsIdentity tls)
    {
        if (client.Peer is { } server)
            client.Carry([], () => server.Carry([], () => JudgeServer(client, server, tls, server.AwaitedTls, () => Open(server))));
    }

    static void JudgeServer(VirtualStream client, VirtualStream server, TlsIdentity? tls, TlsIdentity? serverTls, Action accept)
    {
        if (tls is null || serverTls is null)
        {
            client.End("handshake failed: one end speaks no TLS");
            EndUpgrade(server, "closed by the other end");
            return;
        }

        var shown = Shown(serverTls);
        if (Judge(client, tls, shown, serverTls) is { } refusal)
        {
            client.Loop.World.RunOn(client.Loop, () => tls.HandshakeFailed?.Invoke(client.Remote, refusal));
            client.End(refusal);
            EndUpgrade(server, "closed by the other end");
            return;
        }

        if (!TryAgree(tls, serverTls, out var protocol))
        {
            const string Nothing = "handshake failed: no application protocol in common";
            server.Loop.World.RunOn(server.Loop, () => serverTls.HandshakeFailed?.Invoke(server.Remote, Nothing));
            client.End(Nothing);
            EndUpgrade(server, Nothing);
            return;
        }

        client.ApplicationProtocol = server.ApplicationProtocol = protocol;
        client.PeerCertificate = shown;
        client.Carry([], () => JudgeClient(client, server, tls, serverTls, accept));
        Open(client);
    }

    static void JudgeClient(VirtualStream client, VirtualStream server, TlsIdentity tls, TlsIdentity serverTls, Action accept)
    {
        var shown = Shown(tls);
        if (Judge(server, serverTls, shown, tls) is { } refusal)
        {
            server.Loop.World.RunOn(server.Loop, () => serverTls.HandshakeFailed?.Invoke(server.Remote, refusal));
            Later(client, () => client.End("closed by the other end: the client's certificate was refused"));
            EndUpgrade(server, refusal);
            return;
        }

        server.PeerCertificate = shown;
        accept();
    }

    /// <summary>As the real handshake does: what the server wants most of what is offered (RFC 7301 section 3.2).</summary>
    static bool TryAgree(TlsIdentity client, TlsIdentity server, out string? protocol)
    {
        protocol = server.ApplicationProtocols.FirstOrDefault(client.ApplicationProtocols.Contains);
        return protocol is not null || client.ApplicationProtocols.Count == 0 || server.ApplicationProtocols.Count == 0;
    }

    /// <summary>A server's end that was open before its handshake failed has somebody to tell.</summary>
    static void EndUpgrade(VirtualStream server, string reason)
    {
        if (server.AwaitedTls is not null)
            server.End(reason);
    }

    static X509Certificate2 Shown(TlsIdentity identity) => X509CertificateLoader.LoadCertificate(identity.Certificate().RawDataMemory.Span);

    /// <summary>Null accepts; else why not, in the words of the real handshake.</summary>
    static string? Judge(VirtualStream judge, TlsIdentity own, X509Certificate2 shown, TlsIdentity peer)
    {
        string? refusal = null;
        judge.Loop.World.RunOn(judge.Loop, () => refusal = own.Refuse(shown, peer.Chain()));
        return refusal is null ? null : $"handshake failed: {refusal}";
    }

    static void Accept(VirtualStreamListener listener, VirtualStream server)
    {
        if (!listener.IsOpen)
        {
            Later(server.Peer!, () => server.Peer!.End("connection refused"));
            return;
        }

        server.IsOpen = true;
        server.Loop.World.RunOn(server.Loop, () => listener.Accept(server));
    }

    static void Open(VirtualStream client)
    {
        if (client.HasEnded)
            return;
        client.IsOpen = true;
        client.Loop.World.RunOn(client.Loop, () => client.Receiver!.OnOpened(client));
    }

    static void Later(VirtualStream client, Action work)
    {
        var network = client.Network;
        var delayNs = network.DelayOf(network.ConditionsOf(client.Remote, client.Local));
        network.World.At(network.World.NowNs + delayNs, work);
    }
}
