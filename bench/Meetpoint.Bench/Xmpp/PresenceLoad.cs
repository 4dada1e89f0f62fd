using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;
using Meetpoint.Net;
using Meetpoint.Xmpp;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Bench.Xmpp;

/// <summary>The server of those whose presence changes: sends each change to every watcher, a few changes at a time.</summary>
sealed class PresenceLoad : IXmppHost, IDisposable
{
    const int PatienceMs = 60_000;

    static readonly string[] _shows = ["away", "dnd", "chat", "xa"];

    readonly ThreadEventLoop _loop;
    readonly XmppServer _server;
    readonly Jid[] _publishers = [.. Enumerable.Range(0, XmppPlan.Publishers).Select(i => Address($"u{i}@{XmppPlan.SenderDomain}/r"))];
    readonly Jid[] _watchers = [.. Enumerable.Range(0, XmppPlan.Watchers).Select(i => Address($"{NameOf(i)}@{XmppPlan.ReceiverDomain}"))];
    readonly Action _pump;
    long _arrived;
    long _sent;
    long _goal;
    string? _failure;

    /// <param name="receiver">Address of the server under measurement.</param>
    /// <param name="certificate">Shown to it.</param>
    /// <param name="listen">Where it meets this one; null where it never asks.</param>
    public PresenceLoad(string receiver, HopCertificate certificate, string? listen = null)
    {
        _pump = Pump;
        _loop = new ThreadEventLoop("load", TimeProvider.System, static exception => Environment.FailFast("the loop threw", exception));
        // What stream management asks and answers is no part of the load: not every receiver offers it.
        var options = new XmppServerOptions { Tls = HopTls.Of(certificate), UsesStreamManagement = false, IsBidirectional = false };
        _server = new XmppServer(new SocketNetwork(), _loop, new FixedNames(_loop, NetAddress.Parse($"{receiver}:0")), Randomness.Secure, this, options);
        if (listen is not null)
            _loop.Post(() => _server.Listen(NetAddress.Parse(listen)));
    }

    public static string NameOf(int watcher) => $"w{watcher}";

    public bool Hosts(string domain) => domain == XmppPlan.SenderDomain;

    public void OnStanza(XmppStanza stanza, XmppPeer peer)
    {
        if (stanza.IsError)
            _failure = stanza.ToString();
        else if (stanza is { Kind: XmppStanzaKind.Presence, Type: "subscribe" })
            _server.Send(new XmppStanza(XmppStanzaKind.Presence, stanza.To.Bare, stanza.From.Bare, "subscribed"));
    }

    public void OnUndelivered(XmppStanza error) => _failure = error.ToString();

    /// <summary>Presence came to watchers. From any thread.</summary>
    public void Arrived(int count)
    {
        Interlocked.Add(ref _arrived, count);
        _loop.Post(_pump);
    }

    /// <summary>Sends so many changes, and waits until every watcher has every one.</summary>
    /// <exception cref="IOException">Not all arrive.</exception>
    public void Run(int changes)
    {
        var goal = Interlocked.Read(ref _arrived) + ((long)changes * XmppPlan.Watchers);
        _loop.Post(() =>
        {
            _goal = goal;
            Pump();
        });
        if (!Pause.Until(() => _failure is not null || Interlocked.Read(ref _arrived) >= goal, PatienceMs) || _failure is not null)
            throw new IOException($"presence does not arrive: {_failure ?? string.Create(CultureInfo.InvariantCulture, $"{goal - Interlocked.Read(ref _arrived)} are missing")}");
    }

    public void Dispose() => _loop.Dispose();

    static Jid Address(string text) => Jid.TryParse(text, out var jid) ? jid : throw new FormatException(text);

    void Pump()
    {
        while (_sent < _goal && _sent - Interlocked.Read(ref _arrived) < XmppPlan.ChangesUnderWay * XmppPlan.Watchers)
        {
            var change = _sent / XmppPlan.Watchers;
            foreach (var watcher in _watchers)
                _server.Send(Presence(_publishers[change % XmppPlan.Publishers], watcher, change));
            _sent += XmppPlan.Watchers;
        }
    }

    static XmppStanza Presence(Jid from, Jid to, long change) => new XmppStanza(XmppStanzaKind.Presence, from, to)
        .Add("show", _shows[change / XmppPlan.Publishers % _shows.Length])
        .Add("status", string.Create(CultureInfo.InvariantCulture, $"state {change}"))
        .Add("priority", "5")
        .Add(new XmppElement("c", "http://jabber.org/protocol/caps") { ["hash"] = "sha-1", ["node"] = "http://example.org/client", ["ver"] = "QgayPKawpkPSDYmwT/WM94uAlu0=" })
        .Add(new XmppElement("idle", "urn:xmpp:idle:1") { ["since"] = "2026-01-01T00:00:00Z" });
}
