using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>Over real sockets, Kestrel and mutual TLS on the loopback.</summary>
public sealed class NniHttpTests : IAsyncLifetime
{
    const string A = "albion.example";
    const string B = "liberty.example";

    readonly IdentityKey _aKey = IdentityKey.Create();
    readonly IdentityKey _bKey = IdentityKey.Create();
    NniHttpExchange _a = null!;
    NniHttpExchange _b = null!;

    public async ValueTask InitializeAsync()
    {
        _a = await NniHttpExchange.StartAsync(A, _aKey, new NniNeighbour(B, _bKey.Thumbprint, "nni." + B), () => _b.Address);
        _b = await NniHttpExchange.StartAsync(B, _bKey, new NniNeighbour(A, _aKey.Thumbprint, "nni." + A), () => _a.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task Messages_BothWays_ArriveOnceInOrder()
    {
        _a.Node.Start();
        _b.Node.Start();
        for (var n = 1; n <= 200; n++)
        {
            await _a.SendAsync(B, n);
            await _b.SendAsync(A, -n);
        }

        await _b.HeardAsync(200);
        await _a.HeardAsync(200);
        Assert.Equal(Enumerable.Range(1, 200), _b.Heard);
        Assert.Equal(Enumerable.Range(1, 200).Select(n => -n), _a.Heard);
        Assert.DoesNotContain(_a.Events.Concat(_b.Events), happened => happened.Code.StartsWith("nni.refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_OverTls_IsAnswered()
    {
        var answer = await _a.Node.Outbox.AskAsync(B, "echo", new JsonObject { ["x"] = 1 }, Duration.FromSeconds(10));
        Assert.Equal("""{"origin":"albion.example","x":1}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Certificate_RenewedWhileRunning_IsShownAtTheNextHandshake()
    {
        var before = await ShownByAsync(_b);
        await AskAsync();
        _b.Certificates.Renew();
        _a.Certificates.Renew();
        await AskAsync();
        _a.Transport.Reconnect();
        await AskAsync();
        var after = await ShownByAsync(_b);
        Assert.NotEqual(before.SerialNumber, after.SerialNumber);
        Assert.Equal(before.IssuerName.RawData, after.IssuerName.RawData);
        Assert.True(after.MatchesHostname("nni." + B) && after.MatchesHostname(B) && after.MatchesHostname("sip." + B));

        Task AskAsync() => _a.Node.Outbox.AskAsync(B, "echo", [], Duration.FromSeconds(10));
    }

    [Fact]
    public async Task Connection_WithAForeignCertificate_IsRefusedWithOneEvent()
    {
        using var foreign = new NniCertificates(IdentityKey.Create(), A, [], new NniNeighbours(), TimeProvider.System, _ => { });
        await RefusedAsync(foreign.Current, "nni.certificate.foreign");
    }

    [Fact]
    public async Task Connection_WithAnExpiredCertificate_IsRefusedWithOneEvent()
    {
        using var old = new NniCertificates(_aKey, A, [], new NniNeighbours(), new ShiftedTime(TimeSpan.FromHours(-25)), _ => { });
        await RefusedAsync(old.Current, "nni.certificate.expired");
    }

    [Fact]
    public async Task Connection_WithACertificateNotYetValid_IsRefusedWithOneEvent()
    {
        using var early = new NniCertificates(_aKey, A, [], new NniNeighbours(), new ShiftedTime(TimeSpan.FromHours(1)), _ => { });
        await RefusedAsync(early.Current, "nni.certificate.not_yet_valid");
    }

    [Fact]
    public async Task Connection_WithTheIssuerItselfOrAnotherPurpose_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuer = new IdentityIssuer(_aKey, A, DateTimeOffset.UnixEpoch.AddYears(56), Randomness.Secure);
        var request = new CertificateRequest("CN=" + A, key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var signed = _aKey.Use(identity => request.Create(
            issuer.Presented.SubjectName, X509SignatureGenerator.CreateForECDsa(identity), now.AddHours(-1), now.AddHours(1), [1, 2, 3]));
        using var leaf = signed.CopyWithPrivateKey(key);
        await RefusedAsync(SslStreamCertificateContext.Create(leaf, [issuer.Presented], offline: true), "nni.certificate.wrong_usage");
    }

    [Fact]
    public async Task Connection_WithoutACertificate_IsRefusedWithOneEvent() => await RefusedAsync(null, "nni.certificate.missing");

    [Fact]
    public async Task Transport_AnsweredByAnotherNeighbour_DoesNotSpeakToIt()
    {
        // A's record says that this host is B; who answers there is A itself, which B pins.
        var misdirected = new HttpsNniTransport(
            new NniNeighbours(new NniNeighbour("third.example", IdentityKey.Create().Thumbprint, "third.example")),
            _b.Certificates, (_, _, _) => ValueTask.FromResult<IReadOnlyList<NetAddress>>([_a.Address]));
        var reply = await misdirected.PostAsync("third.example", NniPaths.Hello, "{}"u8.ToArray(), TestContext.Current.CancellationToken);
        misdirected.Dispose();
        Assert.Equal(0, reply.Status);
        Assert.Single(_b.Events, happened => happened.Code == "nni.certificate.other_neighbour");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_OverALimit_Is413AsAProblemAndBoundedMemory(bool chunked)
    {
        using var client = Client(_a.Certificates.Current);
        using var content = new StreamContent(new EndlessStream(chunked ? NniLimits.RequestBytes * 3 / 2 : 100_000_000));
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentLength = chunked ? null : 100_000_000;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_b.BaseAddress, NniPaths.Messages)) { Content = content };
        request.Headers.ExpectContinue = !chunked;
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAsync(response, 413, "too_large");
    }

    [Fact]
    public async Task Request_Malformed_Is400AsAProblem()
    {
        using var client = Client(_a.Certificates.Current);
        using var response = await client.PostAsync(
            new Uri(_b.BaseAddress, NniPaths.Messages), new StringContent("{", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        await ProblemAsync(response, 400, "malformed");
        Assert.Single(_b.Events, happened => happened.Code == "nni.refused.malformed");
    }

    [Fact]
    public async Task Request_OfANeighbourThatWasRemoved_Is401()
    {
        using var client = Client(_a.Certificates.Current);
        using (var before = await PostAsync())
            await ProblemAsync(before, 400, "malformed");
        _b.Neighbours.Replace([]);
        using var after = await PostAsync();
        await ProblemAsync(after, 401, "no_certificate");

        Task<HttpResponseMessage> PostAsync() => client.PostAsync(
            new Uri(_b.BaseAddress, NniPaths.Hello), new StringContent("{", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Endpoints_Described_StandInTheDocumentNni()
    {
        var group = _a.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items.Single();
        Assert.Equal(NniApi.Document, group.GroupName);
        Assert.Equal(["nni/v1/hello", "nni/v1/messages", "nni/v1/query"], group.Items.Select(item => item.RelativePath).Order());
        foreach (var item in group.Items)
        {
            Assert.Equal(typeof(NniRequest), item.ParameterDescriptions.Single(parameter => parameter.Source.Id == "Body").Type);
            Assert.Equal(typeof(NniAnswer), item.SupportedResponseTypes.Single(type => type.StatusCode == 200).Type);
            Assert.Contains(item.SupportedResponseTypes, type => type.StatusCode == 409);
        }
    }

    static HttpClient Client(SslStreamCertificateContext? certificate) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = certificate,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        },
    });

    static async Task ProblemAsync(HttpResponseMessage response, int status, string reason)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(reason, problem["reason"]!.GetValue<string>());
    }

    static async Task<X509Certificate2> ShownByAsync(NniHttpExchange exchange)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(exchange.Address.ToIPEndPoint(), TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x", EnabledSslProtocols = SslProtocols.Tls13 });
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    async Task RefusedAsync(SslStreamCertificateContext? certificate, string code)
    {
        using var client = Client(certificate);
        var error = await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var response = await client.PostAsync(
                new Uri(_b.BaseAddress, NniPaths.Hello), new StringContent("{}"), TestContext.Current.CancellationToken);
        });
        Assert.NotNull(error);

        // SocketsHttpHandler may have dialled a second time; each refused connection is one event, and none is of another kind.
        Assert.NotEmpty(_b.Events);
        Assert.All(_b.Events, happened => Assert.Equal(code, happened.Code));
    }

    sealed class ShiftedTime(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
    }

    /// <summary>Zeros without a buffer for them.</summary>
    sealed class EndlessStream(long length) : Stream
    {
        long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            count = (int)Math.Min(count, length - _position);
            buffer.AsSpan(offset, count).Clear();
            _position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
