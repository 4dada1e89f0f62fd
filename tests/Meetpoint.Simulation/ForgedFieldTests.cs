using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>
/// One field after the other of the very message that the other exchange waits for, so that any forgery that passed would have an effect: the
/// same message unaltered has one, at the end of each test.
/// </summary>
public sealed class ForgedFieldTests : IDisposable
{
    const string Third = "columbia.example";

    readonly SimulatedWorld _world = new(32, new WorldSetup { Parties = 3 });
    readonly NniRequest _next;

    public ForgedFieldTests()
    {
        _world.Book(Requests.Meeting(_world, "user0@liberty.example"));
        _world.Run(5);
        var sent = new List<byte[]>();
        _world.Nni.Posted = (from, to, path, body) =>
        {
            if (from == Albion && to == Liberty && path == NniPaths.Messages)
                sent.Add(body.ToArray());
        };
        _world.Nni.Faults = new VirtualNniFaults(1, 0, 1); // posted, and never there
        _world.Albion.Schedule(Requests.Meeting(_world, "user1@liberty.example"), out _).ShouldBeNull();
        _world.Run(1);
        _next = NniRequest.TryParse(sent[0])!;
        _world.Nni.Posted = null;
    }

    string Albion => _world.Albion.Name;

    string Liberty => _world.Liberty.Name;

    IdentityKey AlbionKey => _world.Parties[0].Key;

    IdentityKey ThirdKey => _world.Parties[2].Key;

    [Fact]
    public void Signed_FieldAlteredUnderTheOldSignature_ChangesNothing() => CheckThatNothingChanges(
        from field in Payload().Select(member => member.Key).ToList()
        select ($"{field} altered", Albion, With(Altered(field))));

    [Fact]
    public void Signed_FieldAlteredAndSignedByAnotherNeighbour_ChangesNothing() => CheckThatNothingChanges(
        from field in Payload().Select(member => member.Key).ToList()
        from peer in new[] { Albion, Third }
        select ($"{field} altered, signed by {Third}, from {peer}", peer, With(Sign(Altered(field), ThirdKey))));

    [Fact]
    public void Signed_ByTheRightKeyForAnotherPlace_ChangesNothing() => CheckThatNothingChanges(
    [
        ("another origin", Albion, With(Sign(Set("origin", Third), AlbionKey))),
        ("another destination", Albion, With(Sign(Set("destination", Third), AlbionKey))),
        ("another version", Albion, With(Sign(Set("ver", 2), AlbionKey))),
        ("a sequence that leaves a gap", Albion, With(Sign(Set("seq", Number("seq") + 1), AlbionKey))),
        ("a sequence that was taken", Albion, With(Sign(Set("seq", Number("seq") - 1), AlbionKey))),
        ("no sequence", Albion, With(Sign(Set("seq", 0), AlbionKey))),
        ("an older epoch", Albion, With(Sign(Set("epoch", Number("epoch") - 1), AlbionKey))),
        ("issued in an hour", Albion, With(Sign(Set("iat", Number("iat") + 3600), AlbionKey))),
        ("a year beyond the calendar", Albion, With(Sign(Set("exp", 1e15), AlbionKey))),
        ("no body", Albion, With(Sign(Set("body", null), AlbionKey))),
    ]);

    [Fact]
    public void Signature_NoneOrOfAnotherKindOrKey_ChangesNothing()
    {
        var (header, payload, signature) = Parts();
        CheckThatNothingChanges(
        [
            ("alg none, no signature", Albion, With($"{Encode(HeaderWith("alg", "none"))}.{payload}.")),
            ("alg none, the old signature", Albion, With($"{Encode(HeaderWith("alg", "none"))}.{payload}.{signature}")),
            ("alg HS256", Albion, With($"{Encode(HeaderWith("alg", "HS256"))}.{payload}.{signature}")),
            ("no alg", Albion, With($"{Encode(HeaderWith("alg", null))}.{payload}.{signature}")),
            ("another typ", Albion, With($"{Encode(HeaderWith("typ", "JWT"))}.{payload}.{signature}")),
            ("a critical extension", Albion, With(SignParts(HeaderWith("crit", new JsonArray("b64")), payload, AlbionKey))),
            ("another kid", Albion, With(SignParts(HeaderWith("kid", ThirdKey.Thumbprint), payload, AlbionKey))),
            ("another key under the right kid", Albion, With(SignParts(HeaderWith("jwk", JsonNode.Parse(ThirdKey.Public.Jwk)), payload, ThirdKey))),
            ("another key", Albion, With(Sign(Payload(), ThirdKey))),
            ("a key that nobody knows", Albion, With(Sign(Payload(), IdentityKey.Create(new SeededRandomness(99))))),
            ("no signature", Albion, With($"{header}.{payload}.")),
            ("half a signature", Albion, With($"{header}.{payload}.{signature[..43]}")),
            ("a signature of noughts", Albion, With($"{header}.{payload}.{Base64Url.EncodeToString(new byte[64])}")),
            ("the signature of another message", Albion, With($"{header}.{payload}.{Sign(Set("id", "msg_other"), AlbionKey).Split('.')[2]}")),
        ]);
    }

    [Fact]
    public void Request_UnsignedFieldAltered_ChangesNothing() => CheckThatNothingChanges(
    [
        ("another origin", Albion, _next with { Origin = Third }),
        ("another origin, from there", Third, _next with { Origin = Third }),
        ("the right origin from another neighbour", Third, _next),
        ("the right origin from nobody", null, _next),
        ("another destination", Albion, _next with { Destination = Third }),
        ("a path from a neighbour who does not carry", Third, _next with { Path = [Third] }),
        ("a path through the destination", Liberty, _next with { Path = [Liberty] }),
        ("the message after one that is not true", Albion, _next with { Jws = [Sign(Payload(), ThirdKey), .. _next.Jws] }),
        ("the message before one that is not true", Albion, _next with { Jws = [.. _next.Jws, Altered("body")] }),
        ("the message twice", Albion, _next with { Jws = [.. _next.Jws, .. _next.Jws] }),
        ("no message", Albion, _next with { Jws = [] }),
    ]);

    public void Dispose() => _world.Dispose();

    void CheckThatNothingChanges(IEnumerable<(string What, string? Peer, NniRequest Request)> forgeries)
    {
        var before = _world.Liberty.StateDigest();
        foreach (var (what, peer, request) in forgeries.ToList())
        {
            _world.Liberty.Answer(NniPaths.Messages, peer, request.ToBytes());
            _world.Liberty.StateDigest().ShouldBe(before, what);
        }

        _world.Liberty.Answer(NniPaths.Messages, Albion, _next.ToBytes()).ShouldBe(200);
        _world.Liberty.StateDigest().ShouldNotBe(before, "the true message was waited for");
    }

    NniRequest With(string jws) => _next with { Jws = [jws] };

    (string Header, string Payload, string Signature) Parts() => _next.Jws[0].Split('.') is [var header, var payload, var signature]
        ? (header, payload, signature) : throw new InvalidOperationException("a JWS has three parts");

    JsonObject Payload() => Json(Parts().Payload);

    decimal Number(string field) => Payload()[field]!.GetValue<decimal>();

    JsonObject Set(string field, JsonNode? value)
    {
        var payload = Payload();
        payload[field] = value;
        return payload;
    }

    JsonObject HeaderWith(string field, JsonNode? value)
    {
        var header = Json(Parts().Header);
        header[field] = value;
        return header;
    }

    /// <summary>The payload with another value in one field.</summary>
    JsonObject Otherwise(string field) => Payload()[field] switch
    {
        JsonObject body => Set(field, new JsonObject(body.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))) { ["forged"] = true }),
        JsonValue value when value.TryGetValue<decimal>(out var number) => Set(field, number + 1),
        JsonValue value => Set(field, "forged." + value.GetValue<string>()),
        _ => throw new InvalidOperationException(field),
    };

    /// <summary>One field altered under the signature of the message as it was.</summary>
    string Altered(string field) => $"{Parts().Header}.{Encode(Otherwise(field))}.{Parts().Signature}";

    static string Sign(string altered, IdentityKey key) => Sign(Json(altered.Split('.')[1]), key);

    static string Sign(JsonObject payload, IdentityKey key) => Jws.Sign(key, Jws.Header(key.Public), Encoding.UTF8.GetBytes(payload.ToJsonString()));

    static string SignParts(JsonObject header, string payload, IdentityKey key)
    {
        var signed = $"{Encode(header)}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    static JsonObject Json(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();

    static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
