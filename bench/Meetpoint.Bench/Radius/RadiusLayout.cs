using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Radius;

/// <summary>Ours: an exchange between the provider of the access servers and the one whose customers sign in.</summary>
static class RadiusLayout
{
    /// <summary>Starts it.</summary>
    public static ExchangeServer Start() => new(Configuration, World);

    static string Configuration => $"""
        exchange: x.example
        data: data
        api:
          socket: {StartedServer.Socket}
        sip:
          - name: udp
            transport: udp
            listen: {RadiusPlan.Exchange}:{SipPlan.ServerPort}
        radius:
          - name: radius
            listen: {RadiusPlan.Exchange}:{RadiusPlan.AuthenticationPort}
        media:
          address: {RadiusPlan.Exchange}
          first_port: 30000
          last_port: 30999

        """;

    static string World => $"""
        providers:
          - id: albion
            name: Albion
            domains: [albion.example]
            exchange: x.example
            realms:
              - name: albion.example
          - id: home
            name: Home
            domains: [{RadiusPlan.Realm}]
            exchange: x.example
            realms:
              - name: {RadiusPlan.Realm}
        neighbours:
          - id: albion-access
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: [{RadiusPlan.AccessServers}]
            radius:
              secret: {RadiusPlan.ClientSecret}
          - id: home-aaa
            provider: home
            kind: radius
            radius:
              secret: {RadiusPlan.HomeSecret}
              servers: ["{RadiusPlan.Home}:{RadiusPlan.AuthenticationPort}"]
        agreements:
          - id: albion-home
            parties: [albion, home]
            stage: commercial
            services:
              - service: roaming

        """;
}
