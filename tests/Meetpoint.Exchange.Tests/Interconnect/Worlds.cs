using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Net.Virtual;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

/// <summary>Albion's world: Albion here, Liberty over an NNI, Gamma by transit through Liberty.</summary>
static class Worlds
{
    public const string Json =
        """
        {
          "providers": [
            {"id": "albion", "name": "Albion Telecom", "domains": ["albion.example"], "exchange": "albion.example", "prefixes": ["+4420"]},
            {"id": "liberty", "name": "Liberty Telephone", "domains": ["liberty.example"], "exchange": "liberty.example", "prefixes": ["+1212"]},
            {"id": "gamma", "name": "Gamma", "domains": ["gamma.example"], "exchange": "gamma.example", "prefixes": ["+49"]},
            {"id": "delta", "name": "Delta", "domains": ["delta.example"], "exchange": "delta.example"}
          ],
          "organisations": [
            {"id": "acme", "provider": "albion", "name": "Acme", "listed": true},
            {"id": "stars", "provider": "liberty", "name": "Stars"}
          ],
          "users": [{"id": "alice", "organisation": "acme", "name": "Alice", "sip": "alice@albion.example", "mail": "alice@acme.example", "timeZone": "Europe/London"}],
          "endpoints": [
            {"id": "alice-phone", "user": "alice", "kind": "phone", "name": "Alice's phone", "sip": "alice@albion.example",
             "contact": "sip:alice@127.0.0.1:5070", "digest": {"user": "alice", "secret": "s3cret"}, "number": "+442079460001"},
            {"id": "vault", "organisation": "acme", "kind": "room", "name": "Vault", "sip": "vault@albion.example", "screens": 2,
             "whiteList": ["albion", "bob@liberty.example"], "listed": true}
          ],
          "neighbours": [
            {"id": "to-liberty", "provider": "liberty", "kind": "exchange", "exchange": "liberty.example",
             "identityKey": "0123456789012345678901234567890123456789012", "nniUrl": "https://liberty.example:8443/", "tlsNames": ["liberty.example"],
             "speaksFor": ["gamma"]},
            {"id": "albion-core", "provider": "albion", "kind": "sip-trunk", "listener": "core", "sourceAddresses": ["127.0.0.9"], "profile": "sipp"}
          ],
          "agreements": [
            {"id": "albion-liberty", "parties": ["albion", "liberty"], "stage": "commercial", "validFrom": "2026-01-01", "timeZone": "Europe/London",
             "services": [{"service": "meeting"}, {"service": "call", "direction": "a-to-b"}],
             "aToB": {"meetings": 2, "ports": 3, "callsPerSecond": 4}, "transit": true, "openedByA": {"organisations": ["acme"]},
             "charges": [{"unit": "participant-minute", "payer": "liberty", "payee": "albion", "tariff": "standard"}]},
            {"id": "liberty-gamma", "parties": ["liberty", "gamma"], "stage": "commercial", "services": [{"service": "meeting"}], "transit": true}
          ],
          "routes": [{"id": "gamma", "domain": "gamma.example", "candidates": [{"via": "to-liberty", "path": ["gamma.example"]}]}],
          "tariffs": [
            {"id": "standard", "currency": "EUR", "rates": [
              {"unit": "participant-minute", "price": "0.012", "per": "minute", "incrementSeconds": 6, "minimumSeconds": 30, "setUpFee": "0.01"},
              {"unit": "meeting", "price": 0.5, "per": "item"}]}
          ]
        }
        """;

    public static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 12, 0);

    public static WorldDocument Document => Read(Json);

    public static WorldDocument Read(string json)
    {
        var check = WorldValidator.Check(JsonNode.Parse(json));
        check.Faults.ShouldBeEmpty();
        return check.Document!;
    }

    public static WorldDocument WithAgreement(Func<Agreement, Agreement> change) =>
        Document with { Agreements = [change(Document.Agreements[0]), .. Document.Agreements.Skip(1)] };

    public static Admission Admission(WorldDocument? document = null, LimitBook? limits = null, int maxGrants = 1024) => new(
        World.Build(document ?? Document, "albion.example", limits ?? new LimitBook()), Ids(), maxGrants);

    public static CorrelationSource Ids() => new(new SeededRandomness(7));
}
