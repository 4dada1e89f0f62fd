using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;
using Meetpoint.Bench.Startup;

namespace Meetpoint.Bench.Xmpp;

/// <summary>
/// The whole exchange: the same stanzas, each of which is a device state that is composed and shown to one watcher on the SIP side by a NOTIFY. <c>meetpoint serve</c> as it was built,
/// subscriptions durable in SQLite, the trace on.
/// </summary>
sealed class ExchangeSide : IDisposable
{
    const int RestMs = 300;
    const int SettleMs = 2_000;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-xmpp-").FullName;
    readonly StartedServer _server;
    readonly PresenceLoad _load;
    readonly Presence.PresenceLoad _watchers;
    readonly int _changes;

    public ExchangeSide(HopCertificate receiver, HopCertificate sender, int changes)
    {
        _changes = changes;
        File.WriteAllText(Path.Combine(_folder, StartedServer.ConfigurationName), Configuration(receiver));
        File.WriteAllText(Path.Combine(_folder, "world.yaml"), World);
        _server = StartedServer.Start(PublishedProgram.BuiltBeside, _folder);
        _load = new PresenceLoad(XmppPlan.Exchange, sender, XmppPlan.Sender);
        _watchers = new Presence.PresenceLoad(XmppPlan.Exchange, XmppPlan.SipWatchers, XmppPlan.SipPublishers, XmppPlan.SenderDomain, XmppPlan.ReceiverDomain);
        try
        {
            _server.WaitUntilReady();
            _server.Apply("world.yaml");
            _watchers.Subscribe(XmppPlan.Publishers, XmppPlan.Watchers);
            // Every watcher asks each of them for leave, is let in, and is told the state that there is.
            _watchers.Listen(static _ => { });
            Pause.For(SettleMs);
            _watchers.Heard = _load.Arrived;
            _load.Run(1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Note => string.Create(CultureInfo.InvariantCulture, $"the exchange: {_server.Program.ResidentBytes / 1_048_576.0:0} MiB resident at the end");

    /// <summary>Microseconds of the exchange for each stanza and its NOTIFY.</summary>
    public Sample Run()
    {
        var before = _server.Program.ProcessorNs;
        _load.Run(_changes);
        Pause.For(RestMs);
        return new Sample((_server.Program.ProcessorNs - before) / 1_000.0 / ((double)_changes * XmppPlan.Watchers), null);
    }

    public void Dispose()
    {
        _watchers?.Dispose();
        _load?.Dispose();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Configuration(HopCertificate certificate) => $"""
        exchange: {XmppPlan.ReceiverDomain}
        data: data
        api:
          socket: {StartedServer.Socket}
        trusted_certificates: {certificate.Authority}
        xmpp:
          listen: {XmppPlan.Exchange}:{XmppPlan.ServerPort}
          certificate: {certificate.Certificate}
          key: {certificate.Key}
        sip:
          - name: udp
            transport: udp
            listen: {XmppPlan.Exchange}:{Presence.PresencePlan.ServerPort}
        media:
          address: {XmppPlan.Exchange}
          first_port: 30000
          last_port: 30999

        """;

    static string World => $"""
        providers:
          - id: far
            name: Far
            domains: [{XmppPlan.SenderDomain}]
            exchange: {XmppPlan.ReceiverDomain}
          - id: near
            name: Near
            domains: [{XmppPlan.ReceiverDomain}]
            exchange: {XmppPlan.ReceiverDomain}
        agreements:
          - id: far-near
            parties: [far, near]
            version: 1
            stage: commercial
            services:
              - service: presence
            presence:
              shownByA: note
              shownByB: note
        neighbours:
          - id: chat
            provider: far
            kind: xmpp
            xmppHost: {XmppPlan.Sender}
          - id: phones
            provider: near
            kind: sip-trunk
            listener: udp
            sourceAddresses: [{XmppPlan.SipWatchers}]
            sipUri: sip:{XmppPlan.SipWatchers}:{Presence.PresencePlan.LoadPort}
            presence:
              subscribe: false
        routes:
          - id: far
            domain: {XmppPlan.SenderDomain}
            candidates:
              - via: chat

        """;
}
