using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Radius;

/// <summary>Ours on either side of a hop over TLS.</summary>
static class RadiusHops
{
    // Two names: what comes back to one of the same name is a loop.
    const string Visited = "visited-exchange.example", Home = "home-exchange.example";

    /// <summary>Starts an exchange that is asked over UDP, and asks over TLS.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="next">Whom it asks.</param>
    /// <param name="nextName">DNS name in the certificate over there.</param>
    /// <param name="certificate">Its own.</param>
    public static ExchangeServer StartVisited(string host, string next, string nextName, HopCertificate certificate) => new(Configuration(Visited, host, certificate), World(Visited, $"""
          - id: access
            provider: visited
            kind: radius
            listener: radius
            sourceAddresses: [{RadiusPlan.AccessServers}]
            radius:
              secret: {RadiusPlan.ClientSecret}
          - id: next
            provider: home
            kind: radius
            tlsNames: [{nextName}]
            radius:
              servers: ["{next}:{RadiusPlan.TlsPort}"]
        """));

    /// <summary>Starts one that is asked over TLS, and asks the home over UDP.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="visitedName">DNS name in the certificate of who asks.</param>
    /// <param name="certificate">Its own.</param>
    public static ExchangeServer StartHome(string host, string visitedName, HopCertificate certificate) => new(Configuration(Home, host, certificate), World(Home, $$"""
          - id: visited-proxy
            provider: visited
            kind: radius
            tlsNames: [{{visitedName}}]
            radius: {}
          - id: home-aaa
            provider: home
            kind: radius
            radius:
              secret: {{RadiusPlan.HomeSecret}}
              servers: ["{{RadiusPlan.Home}}:{{RadiusPlan.AuthenticationPort}}"]
        """));

    static string Configuration(string exchange, string host, HopCertificate certificate) => $"""
        exchange: {exchange}
        data: data
        api:
          socket: {StartedServer.Socket}
        radius:
          - name: radius
            listen: {host}:{RadiusPlan.AuthenticationPort}
          - name: radius-tls
            transport: tls
            listen: {host}:{RadiusPlan.TlsPort}
            certificate: {certificate.Certificate}
            key: {certificate.Key}
        trusted_certificates: {certificate.Authority}
        media:
          address: {host}
          first_port: 30000
          last_port: 30999

        """;

    static string World(string exchange, string neighbours) => $"""
        providers:
          - id: visited
            name: Visited
            domains: [visited.example]
            exchange: {exchange}
            realms:
              - name: visited.example
          - id: home
            name: Home
            domains: [{RadiusPlan.Realm}]
            exchange: {exchange}
            realms:
              - name: {RadiusPlan.Realm}
        neighbours:
        {neighbours}
        agreements:
          - id: visited-home
            parties: [visited, home]
            stage: commercial
            services:
              - service: roaming

        """;
}
