using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Nni;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Interop.BadInput;

/// <summary>
/// The NNI over real HTTPS towards someone who holds Liberty's TLS or not: certificates that stand for nobody, and messages that are forged,
/// replayed or out of order. None of it changes anything.
/// </summary>
[Collection(BorderCollection.Name)]
public sealed class NniTests(BorderWorld border)
{
    [Theory]
    [InlineData("expired", false)]
    [InlineData("expired", true)]
    [InlineData("foreign", false)]
    [InlineData("foreign", true)]
    [InlineData("missing", false)]
    [InlineData("missing", true)]
    public async Task Certificate_ThatStandsForNoNeighbour_IsRefusedOnTheNniAndOnSip(string kind, bool onSip)
    {
        var mark = border.Log.Mark();
        var remote = onSip ? border.Albion.Party.SipTls : border.Albion.Party.Nni;

        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(remote, kind));

        await border.Log.LinesAsync(mark, onSip ? "[1001] refused.unknown-sender" : "[1200] nni.", $"certificate.{kind}");
    }

    [Fact]
    public async Task Messages_ForgedReplayedOrReordered_ChangeNothing()
    {
        var meeting = await BookAtLibertyAsync();
        using var liberty = IdentityKey.LoadOrCreate(Path.Combine(border.Liberty.Folder, "data", "identity.pem"));
        using var forger = IdentityKey.Create();
        using var peer = new NniPeer(border, liberty);
        var position = await peer.PositionAsync(liberty);
        var body = MeetingsJson.Body(new SequenceBody(meeting, 9)).ToJsonString();

        string Cancel(IdentityKey key, long epoch, long sequence, string origin = "liberty.example", string destination = "albion.example") =>
            NniPeer.Sign(key, origin, destination, BookingTypes.Cancel, epoch, sequence, body);

        // Somebody else's key; a payload that was changed after it was signed; another's name; another's mail; the past again; the future too soon.
        Assert.Equal("unknown_key", await peer.RefusedAsync(Cancel(forger, position.Epoch, position.Last + 1)));
        Assert.Equal("bad_signature", await peer.RefusedAsync(Tampered(Cancel(liberty, position.Epoch, position.Last + 1))));
        Assert.Equal("wrong_origin", await peer.RefusedAsync(Cancel(liberty, position.Epoch, position.Last + 1, origin: "thames.example")));
        Assert.Equal("wrong_destination", await peer.RefusedAsync(Cancel(liberty, position.Epoch, position.Last + 1, destination: "thames.example")));
        Assert.Null(await peer.RefusedAsync(Cancel(liberty, position.Epoch, position.Last)));
        Assert.Equal("sequence_gap", await peer.RefusedAsync(Cancel(liberty, position.Epoch, position.Last + 5)));
        Assert.Equal("stale_epoch", await peer.RefusedAsync(Cancel(liberty, position.Epoch - 1, 1)));
        Assert.Equal("malformed", await peer.RefusedAsync("not.a.jws"));

        Assert.Equal("Confirmed", (string?)(await border.Albion.Api.GetAsync($"meetings/{meeting}"))["state"]);
        // And the stream goes on where it was: what Liberty itself says is taken.
        await border.Liberty.Api.SendAsync(HttpMethod.Delete, $"meetings/{meeting}", (JsonObject?)null, ("If-Match", "*"));
        await Expect.EventuallyAsync(
            async () => (string?)(await border.Albion.Api.GetAsync($"meetings/{meeting}"))["state"] == "Cancelled" ? "yes" : null, BorderWorld.Soon,
            "Liberty's own cancel to arrive", border.Albion.Process.LogTail);
    }

    async Task<string> BookAtLibertyAsync()
    {
        var request = border.Request("Not to be forged", Duration.FromHours(30), border.World.Alice.Address);
        request["organiser"] = border.World.Bob.Address;
        var id = (string)(await border.Liberty.Api.SendAsync(HttpMethod.Post, "meetings", request))["id"]!;
        await Expect.EventuallyAsync(
            async () => await border.Albion.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? seen : null, BorderWorld.Soon,
            "the meeting to stand at Albion", border.Albion.Process.LogTail);
        return id;
    }

    static string Tampered(string jws)
    {
        var parts = jws.Split('.');
        var payload = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).Replace("\"iat\"", "\"iaT\"", StringComparison.Ordinal);
        return $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{parts[2]}";
    }

    async Task ShakeHandsAsync(NetAddress remote, string kind)
    {
        using var key = kind == "foreign" ? IdentityKey.Create() : IdentityKey.LoadOrCreate(Path.Combine(border.Liberty.Folder, "data", "identity.pem"));
        using var issuer = new IdentityIssuer(key, "liberty.example", TimeProvider.System.GetUtcNow(), Randomness.Secure);
        var life = TimeSpan.FromHours(1);
        using var leaf = issuer.IssueLeaf(["liberty.example"], TimeProvider.System.GetUtcNow() - (kind == "expired" ? 2 * life : TimeSpan.Zero), life);
        using var socket = await UnknownSenderTests.ConnectAsync(remote, border.Liberty.Party.Sip);
        await using var tls = new SslStream(new NetworkStream(socket));
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "albion.example",
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                ClientCertificateContext = kind == "missing" ? null : SslStreamCertificateContext.Create(leaf, [issuer.Presented], offline: true),
            },
            bound.Token);
        await tls.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), bound.Token);
        if (await tls.ReadAsync(new byte[16], bound.Token) == 0)
            throw new IOException("closed after the handshake, as TLS 1.3 refuses");
    }
}
