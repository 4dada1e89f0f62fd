using System.Buffers.Text;
using System.Text;
using Meetpoint.Exchange.Nni;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>What reaches the inbox, and what changes nothing.</summary>
public sealed class NniMessageTests : IAsyncDisposable
{
    readonly NniTestPair _pair = new();

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Messages_Genuine_AreHandledAndAcknowledgedBySignature()
    {
        var body = _pair.Open(await Post(Message(1, 11), Message(2, 22)));
        Assert.Equal([11, 22], _pair.B.Heard());
        Assert.Equal(2, body["last"]!.GetValue<long>());
        Assert.Equal("nonce", body["re"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Messages_AnyPartTampered_ChangesNothing(int part)
    {
        var parts = Message(1, 11).Split('.');
        for (var i = 0; i < parts[part].Length; i += 7)
        {
            var changed = parts[part].ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            var tampered = parts.ToArray();
            tampered[part] = new string(changed);
            var reply = await Post(string.Join('.', tampered));
            Assert.Contains(reply.Reason, new[] { "bad_signature", "unknown_key", "malformed" });
        }

        Assert.Empty(_pair.B.Heard());
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"nni+jws","kid":"KID","jwk":JWK}""", "bad_signature")]
    [InlineData("""{"alg":"HS256","typ":"nni+jws","kid":"KID","jwk":JWK}""", "bad_signature")]
    [InlineData("""{"alg":"ES256","typ":"nni+jws","kid":"KID","jwk":JWK,"crit":["b64"],"b64":false}""", "bad_signature")]
    [InlineData("""{"alg":"ES256","alg":"ES256","typ":"nni+jws","kid":"KID","jwk":JWK}""", "malformed")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"KID","jwk":JWK}""", "malformed")]
    [InlineData("""{"alg":"ES256","typ":"nni+jws","kid":"other","jwk":JWK}""", "unknown_key")]
    [InlineData("""{"alg":"ES256","typ":"nni+jws","kid":"KID"}""", "unknown_key")]
    public async Task Messages_HeaderNotOurs_Refused(string header, string reason)
    {
        var identity = _pair.A.Identity;
        var json = header.Replace("KID", identity.Thumbprint, StringComparison.Ordinal).Replace("JWK", identity.Public.Jwk, StringComparison.Ordinal);
        var jws = Jws.Sign(identity, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json)), Envelope(1, 11).ToPayload());
        Assert.Equal(reason, (await Post(jws)).Reason);
        Assert.Empty(_pair.B.Heard());
    }

    [Fact]
    public async Task Messages_OfAKeyThatIsNotPinned_Refused()
    {
        using var forger = IdentityKey.Create();
        var jws = Jws.Sign(forger, Jws.Header(forger.Public), Envelope(1, 11).ToPayload());
        Assert.Equal("unknown_key", (await Post(jws)).Reason);
        Assert.Empty(_pair.B.Heard());
    }

    [Fact]
    public async Task Messages_ForAnotherDestination_Refused()
    {
        var reply = await Post(_pair.A.Jws("other.example", 1, 1, 11));
        Assert.Equal("wrong_destination", reply.Reason);
        Assert.Empty(_pair.B.Heard());
    }

    [Fact]
    public async Task Messages_OnAnotherNeighboursConnection_Refused()
    {
        Assert.Equal("wrong_origin", (await _pair.PostAsync(NniPaths.Messages, "other.example", Message(1, 11))).Reason);
        Assert.Equal("wrong_origin", (await _pair.PostAsync(NniPaths.Messages, "other.example", ["other.example"], Message(1, 11))).Reason);
        Assert.Equal("no_certificate", (await _pair.PostAsync(NniPaths.Messages, null!, Message(1, 11))).Reason);
        Assert.Empty(_pair.B.Heard());
    }

    [Fact]
    public async Task Messages_Replayed_AcknowledgedWithoutEffect()
    {
        var message = Message(1, 11);
        await Post(message);
        var body = _pair.Open(await Post(message));
        Assert.Equal(1, body["last"]!.GetValue<long>());
        Assert.Equal([11], _pair.B.Heard());
    }

    [Fact]
    public async Task Messages_Reordered_409WithTheExpectedOneAndNoEffect()
    {
        await Post(Message(1, 11));
        var reply = await Post(Message(3, 33), Message(2, 22));
        Assert.Equal(409, reply.Status);
        Assert.Equal("sequence_gap", reply.Reason);
        Assert.Equal(2, NniJson.TryObject(reply.Body.Span)!["expected"]!.GetValue<long>());
        Assert.Equal([11], _pair.B.Heard());
    }

    [Fact]
    public async Task Messages_SequenceSkipped_NothingHandled()
    {
        var reply = await Post(Message(2, 22));
        Assert.Equal(409, reply.Status);
        Assert.Equal(1, NniJson.TryObject(reply.Body.Span)!["expected"]!.GetValue<long>());
        Assert.Empty(_pair.B.Heard());
    }

    [Fact]
    public async Task Messages_OfAnEpochThatWasReplaced_ChangeNothing()
    {
        await Post(Message(1, 11, epoch: 5));
        await Post(Message(1, 12, epoch: 6));
        await Post(Message(2, 13, epoch: 5), Message(1, 11, epoch: 5));
        Assert.Equal([11, 12], _pair.B.Heard());
    }

    [Fact]
    public async Task Messages_Expired_TakeTheirPlaceWithoutEffect()
    {
        var body = _pair.Open(await Post(Message(1, 11, life: Duration.FromSeconds(-1)), Message(2, 22)));
        Assert.Equal([22], _pair.B.Heard());
        Assert.Equal("[1]", body["voided"]!.ToJsonString());
    }

    [Fact]
    public async Task Messages_IssuedInTheFuture_Refused()
    {
        var envelope = Envelope(1, 11) with { Issued = _pair.A.Seal.Now() + Duration.FromMinutes(1) };
        Assert.Equal("issued_in_future", (await Post(_pair.A.Seal.Sign(envelope))).Reason);
    }

    [Fact]
    public async Task Messages_OfATypeNobodyHandles_AreParkedAndAcknowledged()
    {
        var body = _pair.Open(await Post(_pair.A.Jws(NniTestPair.BName, 1, 1, 11, "later.version"), Message(2, 22)));
        Assert.Equal(2, body["last"]!.GetValue<long>());
        var parked = Assert.Single(_pair.B.Node.Inbox.Parked());
        Assert.Equal(("later.version", "unknown_type"), (parked.Type, parked.Reason));

        _pair.B.Node.Inbox.Handle("later.version", (transaction, message) =>
            transaction.Execute("insert into test_heard (n, id, at) values (11, @id, 0)", new { message.Id }));
        Assert.True(await _pair.B.Node.Inbox.RetryParkedAsync(NniTestPair.AName, parked.Id));
        Assert.False(await _pair.B.Node.Inbox.RetryParkedAsync(NniTestPair.AName, parked.Id));
        Assert.Equal([11, 22], _pair.B.Heard());
        Assert.Empty(_pair.B.Node.Inbox.Parked());
    }

    [Fact]
    public async Task Messages_WhoseHandlerThrows_AreRolledBackThenParkedAsPoison()
    {
        _pair.B.Throws = n => n == 11;
        for (var attempt = 1; attempt < NniLimits.HandlerAttempts; attempt++)
        {
            var body = _pair.Open(await Post(Message(1, 11), Message(2, 22)));
            Assert.Equal("handler_failed", body["stopped"]!.GetValue<string>());
            Assert.Equal(0, body["last"]!.GetValue<long>());
            Assert.Empty(_pair.B.Heard());
        }

        Assert.Equal(1, _pair.Open(await Post(Message(1, 11), Message(2, 22)))["last"]!.GetValue<long>());
        await Post(Message(2, 22));
        Assert.Equal([22], _pair.B.Heard());
        Assert.StartsWith("poison: the service cannot", Assert.Single(_pair.B.Node.Inbox.Parked()).Reason, StringComparison.Ordinal);
        Assert.Single(_pair.B.Events, happened => happened.Code == "nni.inbox.parked");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"origin":"albion.example","destination":"liberty.example","nonce":"n","path":[],"jws":[]}""")]
    [InlineData("""{"origin":"albion.example","destination":"liberty.example","nonce":"n","path":[],"jws":[1]}""")]
    [InlineData("""{"origin":"albion.example","origin":"x","destination":"liberty.example","nonce":"n","path":[],"jws":["a"]}""")]
    [InlineData("""{"origin":"\ud800","destination":"liberty.example","nonce":"n","path":[],"jws":["a"]}""")]
    [InlineData("""{"origin":"albion.example","destination":"liberty.example","nonce":"n","path":[],"jws":["a.b.c"]}""")]
    [InlineData("""{"origin":"albion.example","destination":"liberty.example","nonce":"n","path":[],"jws":["..","é.é.é"]}""")]
    public async Task Request_Malformed_RefusedWithoutAnException(string json)
    {
        var reply = await _pair.B.Node.Server.HandleAsync(
            NniPaths.Messages, NniTestPair.AName, Encoding.UTF8.GetBytes(json), CancellationToken.None);
        Assert.Equal("malformed", reply.Reason);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"ver":"1"}""")]
    [InlineData("""{"ver":1,"origin":"a","destination":"b","id":"i","type":"t","epoch":1,"seq":-1,"iat":1,"exp":1,"body":{}}""")]
    [InlineData("""{"ver":1,"origin":"a","destination":"b","id":"i","type":"t","epoch":1,"seq":1,"iat":1e40,"exp":1,"body":{}}""")]
    [InlineData("""{"ver":1,"origin":"a","destination":"b","id":"i","type":"t","epoch":1,"seq":1,"iat":-1,"exp":1,"body":{}}""")]
    [InlineData("""{"ver":1,"origin":"a","destination":"b","id":"i","type":"t","epoch":1,"seq":1,"iat":1,"exp":1,"body":[]}""")]
    [InlineData("""{"ver":1,"origin":"a","destination":"b","id":"i","type":"t","epoch":1,"seq":1,"iat":1,"exp":1,"body":{"x":1,"x":2}}""")]
    [InlineData("""{"ver":1,"origin":"a","destination":"b","id":"\ud800","type":"t","epoch":1,"seq":1,"iat":1,"exp":1,"body":{}}""")]
    public void Envelope_Malformed_IsRefused(string json) =>
        Assert.Equal(NniRefusal.Malformed, NniEnvelope.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Envelope_OfAnotherVersion_IsAVersionMismatch() =>
        Assert.Equal(NniRefusal.VersionMismatch, NniEnvelope.TryParse("""{"ver":2}"""u8.ToArray(), out _));

    [Fact]
    public void Envelope_RoundTrip_IsEqual()
    {
        var envelope = Envelope(7, 11) with { Issued = Instant.FromUnixTimeMilliseconds(1_767_225_600_001) };
        Assert.Equal(NniRefusal.None, NniEnvelope.TryParse(envelope.ToPayload(), out var read));
        Assert.Equal(envelope, read);
    }

    [Fact]
    public void Thumbprint_OfTheKeyOfRfc7517AppendixA_IsAsComputedByItsRule()
    {
        using var json = System.Text.Json.JsonDocument.Parse(
            """
            {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}
            """);
        var key = IdentityPublicKey.TryFrom(json.RootElement);
        Assert.Equal("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", key!.Thumbprint);
    }

    [Fact]
    public void PublicKey_NotOnTheCurve_IsNoKey()
    {
        using var json = System.Text.Json.JsonDocument.Parse(
            """{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}""");
        Assert.Null(IdentityPublicKey.TryFrom(json.RootElement));
    }

    Task<NniReply> Post(params string[] jws) => _pair.PostAsync(NniPaths.Messages, NniTestPair.AName, jws);

    string Message(long sequence, long n, long epoch = 1, Duration? life = null) =>
        _pair.A.Jws(NniTestPair.BName, epoch, sequence, n, life: life);

    NniEnvelope Envelope(long sequence, long n)
    {
        var now = _pair.A.Seal.Now();
        return new NniEnvelope(
            NniTestPair.AName, NniTestPair.BName, "msg_1", "note", 1, sequence, now, now + Duration.FromMinutes(1), $$"""{"n":{{n}}}""");
    }
}
