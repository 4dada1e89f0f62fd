using Meetpoint.Net;

namespace Meetpoint.Demo.World;

/// <summary>The presence part of the world: two vendors' systems of Albion's, and an XMPP server of Liberty's customer.</summary>
/// <param name="World">The plan it is part of.</param>
sealed record PresencePlan(WorldPlan World)
{
    /// <summary>Who has a desk phone on the call control.</summary>
    public string Carol => $"carol@{World.Albion.Domain}";

    /// <summary>Who uses the Microsoft-style client.</summary>
    public string Dora => $"dora@{World.Albion.Domain}";

    /// <summary>Domain of the XMPP server.</summary>
    public string ChatDomain => $"chat.{World.Liberty.Domain}";

    /// <summary>Its user.</summary>
    public string Juliet => $"juliet@{ChatDomain}";

    /// <summary>The call control in the Cisco style.</summary>
    public NetAddress Cisco => World.Albion.Address(61, 5_060);

    /// <summary>The server in the Microsoft style.</summary>
    public NetAddress Microsoft => World.Albion.Address(62, 5_060);

    /// <summary>The XMPP server.</summary>
    public NetAddress Chat => World.Liberty.Address(63, 5_269);

    /// <summary>What Albion's world has besides: neighbours.</summary>
    public string Neighbours =>
        $"""
          - id: call-control
            provider: {World.Albion.Id}
            kind: sip-trunk
            listener: trunk
            sourceAddresses: [{Cisco.Host}]
            sipUri: sip:{Cisco}
            profile: cisco-call-control
            presence: {PublishesOnly}
          - id: uc-server
            provider: {World.Albion.Id}
            kind: sip-trunk
            listener: trunk
            sourceAddresses: [{Microsoft.Host}]
            sipUri: sip:{Microsoft}
            profile: microsoft-client
          - id: liberty-chat
            provider: {World.Liberty.Id}
            kind: xmpp
            dialback: true
        """;

    /// <summary>The same: people.</summary>
    public string Users => Person("carol", "Carol", "call-control") + Person("dora", "Dora", "uc-server");

    /// <summary>The same: routes.</summary>
    public string Routes =>
        $"""
        routes:
          - id: chat
            domain: {ChatDomain}
            candidates:
              - via: liberty-chat

        """;

    const string PublishesOnly = "{ subscribe: false }";

    string Person(string id, string name, string system) =>
        $"""
          - id: {id}
            organisation: {World.Albion.OrganisationId}
            name: {name}
            sip: {id}@{World.Albion.Domain}
            timeZone: {World.Albion.TimeZone}
            presence:
              systems:
                - neighbour: {system}

        """;
}
