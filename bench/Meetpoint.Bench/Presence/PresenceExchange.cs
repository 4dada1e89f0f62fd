using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;
using Meetpoint.Bench.Startup;

namespace Meetpoint.Bench.Presence;

/// <summary>Ours: <c>meetpoint serve</c> as it was built, subscriptions durable in SQLite, the trace on, all as it is by default.</summary>
sealed class PresenceExchange : IMeasured
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-presence-").FullName;
    readonly StartedServer _server;

    /// <param name="host">Where it listens.</param>
    /// <param name="watchers">Where the watchers' system is.</param>
    /// <param name="publishers">Where the publishers' system is.</param>
    public PresenceExchange(string host, string watchers, string publishers)
    {
        File.WriteAllText(Path.Combine(_folder, StartedServer.ConfigurationName), $"""
            exchange: x.example
            data: data
            api:
              socket: {StartedServer.Socket}
            sip:
              - name: udp
                transport: udp
                listen: {host}:{PresencePlan.ServerPort}
            media:
              address: {host}
              first_port: 30000
              last_port: 30999

            """);
        File.WriteAllText(Path.Combine(_folder, "world.yaml"), $"""
            providers:
              - id: pres
                name: Presence
                domains: [{PresencePlan.Domain}]
                exchange: x.example
            neighbours:
              - id: net
                provider: pres
                kind: sip-trunk
                listener: udp
                sourceAddresses: [{watchers}]
                sipUri: sip:{watchers}:{PresencePlan.LoadPort}
                presence: {OneWay}
              - id: publishers
                provider: pres
                kind: sip-trunk
                listener: udp
                sourceAddresses: [{publishers}]
                sipUri: sip:{publishers}:{PresencePlan.LoadPort}
                presence: {OneWay}

            """);
        _server = StartedServer.Start(PublishedProgram.BuiltBeside, _folder);
        try
        {
            _server.WaitUntilReady();
            _server.Apply("world.yaml");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    const string OneWay = "{ subscribe: false }";

    public long ProcessorNs => _server.Program.ProcessorNs;

    public long ResidentBytes => _server.Program.ResidentBytes;

    public string Tail => _server.Program.Tail;

    public int Id => _server.Program.Id;

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
