using System.Collections.Concurrent;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Xmpp;

namespace Meetpoint.Demo.Systems;

/// <summary>An XMPP server of another provider with one user, on Meetpoint's own XMPP library: proves itself by dialback over loopback, and keeps what its user is shown.</summary>
sealed class ChatServer : IXmppHost, IAsyncDisposable
{
    readonly ThreadEventLoop _loop;
    readonly XmppServer _server;
    readonly string _domain;
    readonly ConcurrentDictionary<string, string> _shown = new(StringComparer.Ordinal);

    public ChatServer(string domain, NetAddress listen, NetAddress nameServer)
    {
        _domain = domain;
        _loop = new ThreadEventLoop("chat", TimeProvider.System, static _ => { });
        var network = new SocketNetwork();
        _server = new XmppServer(
            network, _loop, new DnsClient(network, _loop, new DnsClientOptions { Servers = [nameServer] }), Randomness.Secure, this, new XmppServerOptions { Name = "chat" });
        _server.Listen(listen);
    }

    /// <summary>A user asks to see somebody.</summary>
    public void Subscribe(string user, string target) => _loop.Post(() => _server.Send(new XmppStanza(XmppStanzaKind.Presence, Address(user), Address(target), "subscribe")));

    /// <summary>Waits until a user is shown somebody so: "dnd On the phone", "away", "available", "unavailable".</summary>
    public Task<object> ShowsAsync(string target, string text, TimeSpan limit) => Expect.EventuallyAsync<object>(
        () => Task.FromResult<object?>(_shown.TryGetValue(target, out var shown) && shown == text ? shown : null), limit, $"{target} to be shown as {text}",
        () => _shown.TryGetValue(target, out var shown) ? shown : "nothing");

    /// <inheritdoc/>
    public bool Hosts(string domain) => domain == _domain;

    /// <inheritdoc/>
    public void OnStanza(XmppStanza stanza, XmppPeer peer)
    {
        if (stanza.Kind != XmppStanzaKind.Presence || stanza.Type is not (null or "unavailable"))
            return;
        var (show, status) = (stanza.Text("show"), stanza.Text("status"));
        _shown[stanza.From.Bare.ToString()] = stanza.Type ?? (show is null ? "available" : status is null ? show : $"{show} {status}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            _server.Dispose();
            closed.SetResult();
        });
        return new ValueTask(closed.Task.ContinueWith(_ => _loop.Dispose(), TaskScheduler.Default));
    }

    static Jid Address(string text) => Jid.TryParse(text, out var jid) ? jid : throw new DemoFailedException($"expected an address; instead: {text}");
}
