using System.Text;

namespace Meetpoint.Demo.World;

/// <summary>The files that an operator would write by hand: meetpoint.yaml of a process, and world.yaml of what it carries.</summary>
static class WorldFiles
{
    /// <summary>meetpoint.yaml of a party's exchange.</summary>
    /// <param name="party">Whose.</param>
    /// <param name="socket">Path of the administration socket.</param>
    /// <param name="postgres">Connection string; null keeps SQLite in the data folder.</param>
    public static string Configuration(PartyPlan party, string socket, string? postgres = null) =>
        $"""
        # How this exchange runs. What it carries, and for whom, stands in world.yaml.
        exchange: {party.Domain}
        data: data
        {(postgres is null ? "# store: SQLite in the data folder" : $"store:\n  postgres: \"{postgres}\"")}
        api:
          listen: {party.Api}
          socket: {socket}
        nni:
          listen: {party.Nni}
          names: [nni.{party.Domain}, sip.{party.Domain}]
        xmpp:
          listen: {party.Xmpp}
        sip:
          - name: udp
            transport: udp
            listen: {party.Sip}
          - name: tls
            transport: tls
            listen: {party.SipTls}
            sent_by: {party.Domain}:{party.SipTls.Port}
          - name: trunk
            transport: udp
            listen: {party.Trunk}
        media:
          address: {party.Sip.Host}
          first_port: {party.FirstMediaPort}
          last_port: {party.FirstMediaPort + 899}
        name_servers: ["{party.World.NameServer}"]
        mail:
          host: {party.World.MailServer.Host}
          port: {party.World.MailServer.Port}
          from: meetings
          answer_url: http://{party.Api}/
        meetings:
          entry_number: "{party.EntryNumber}"
          ports: 200

        """;

    /// <summary>world.yaml as a party's exchange sees the world: its own customers, the other provider, and the agreement between them.</summary>
    /// <param name="own">Whose exchange.</param>
    /// <param name="other">Its neighbour.</param>
    /// <param name="otherKey">The neighbour's identity key, as it gave it to us.</param>
    /// <param name="residents">Customers of both; the own ones are taken.</param>
    /// <param name="presence">The systems and people of presence, which the organiser's world has; null without.</param>
    /// <param name="roaming">Hotspots and home servers of both; null without.</param>
    /// <param name="more">Further lines of the document, such as a trunk below "neighbours:".</param>
    public static string World(PartyPlan own, PartyPlan other, string otherKey, IEnumerable<Resident> residents, string more = "", PresencePlan? presence = null, RoamingPlan? roaming = null)
    {
        var (albion, liberty) = (own.World.Albion, own.World.Liberty);
        var text = new StringBuilder(
            $"""
            # What {own.Name}'s exchange carries, and for whom.
            providers:
            {Provider(albion)}
            {RealmOf(albion)}{Provider(liberty, presence?.ChatDomain)}
            {RealmOf(liberty)}organisations:
            {Organisation(albion)}
            {Organisation(liberty)}
            neighbours:
              - id: {other.Id}-exchange
                provider: {other.Id}
                kind: exchange
                exchange: {other.Domain}
                identityKey: {otherKey}
                nniUrl: https://nni.{other.Domain}:{other.Nni.Port}/
                sipUri: sip:{other.Domain};transport=tls
                tlsNames: [{other.Domain}]
            {(roaming is null ? "" : RoamingPlan.Between(other) + RoamingPlan.Neighbours(own))}{more}{(own.Id == albion.Id ? presence?.Neighbours : "")}
            agreements:
              - id: albion-liberty
                parties: [{albion.Id}, {liberty.Id}]
                stage: commercial
                services:
                  - service: meeting
                  - service: directory
                  - service: presence
            {(roaming is null ? "" : "      - service: roaming\n")}    aToB: {Limits}
                bToA: {Limits}
                openedByA:
                  organisations: [{albion.OrganisationId}]
                openedByB:
                  organisations: [{liberty.OrganisationId}]
                charges:
                  - unit: participant-minute
                    customersOf: {liberty.Id}
                    payer: {albion.Id}
                    payee: {liberty.Id}
                    tariff: meetings
                  - unit: participant-minute
                    customersOf: {albion.Id}
                    payer: {liberty.Id}
                    payee: {albion.Id}
                    tariff: meetings
                  - unit: cascade-minute
                    payer: {albion.Id}
                    payee: {liberty.Id}
                    tariff: meetings
            {roaming?.Charges}tariffs:
              - id: meetings
                currency: EUR
                rates:
                  - unit: participant-minute
                    price: 0.024
                    per: minute
                  - unit: cascade-minute
                    price: 0.06
                    per: minute
                    setUpFee: 0.01
            {(roaming is null ? "" : RoamingPlan.Rates)}
            """);
        var mine = residents.Where(resident => resident.Party.Id == own.Id).ToList();
        text.Append("users:\n").AppendJoin("", mine.Where(resident => !resident.IsRoom).Select(User));
        if (own.Id == albion.Id)
            text.Append(presence?.Users);
        text.Append("endpoints:\n").AppendJoin("", mine.Select(Endpoint));
        if (own.Id == albion.Id)
            text.Append(presence?.Routes);
        return text.ToString();

        string RealmOf(PartyPlan party) => roaming is null ? "" : RoamingPlan.Realm(party);
    }

    const string Limits = "{ meetings: 100, ports: 400, callsPerSecond: 200 }";

    static string Provider(PartyPlan party, string? more = null) =>
        $"""
          - id: {party.Id}
            name: {party.Name}
            domains: [{party.Domain}{(more is null ? "" : $", {more}")}]
            exchange: {party.Domain}
            prefixes: ["{party.Prefix}"]
        """;

    static string Organisation(PartyPlan party) =>
        $"""
          - id: {party.OrganisationId}
            provider: {party.Id}
            name: {party.Organisation}
            listed: true
        """;

    static string User(Resident resident) =>
        $"""
          - id: {resident.User}
            organisation: {resident.Party.OrganisationId}
            name: {resident.Name}
            sip: {resident.Address}
            mail: {resident.Address}
            timeZone: {resident.Party.TimeZone}

        """;

    static string Endpoint(Resident resident) =>
        $"""
          - id: {resident.User}{(resident.IsRoom ? "" : "-phone")}
            {(resident.IsRoom ? $"organisation: {resident.Party.OrganisationId}" : $"user: {resident.User}")}
            kind: {(resident.IsRoom ? "room" : "phone")}
            name: {resident.Name}
            sip: {resident.Address}
            contact: {resident.Account.Contact}
            digest:
              user: {resident.Account.DigestUser}
              secret: {resident.Account.DigestSecret}
            profile: {resident.Profile}
            screens: {(resident.IsRoom ? 2 : 0)}
            listed: {(resident.IsRoom ? "true" : "false")}

        """;
}
