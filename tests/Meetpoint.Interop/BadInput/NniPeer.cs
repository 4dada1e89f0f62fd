using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Interop.Border;
using NodaTime;

namespace Meetpoint.Interop.BadInput;

/// <summary>Someone with Liberty's TLS certificate who posts what he likes to Albion's NNI.</summary>
sealed class NniPeer : IDisposable
{
    readonly NniCertificates _certificates;
    readonly HttpClient _http;

    public NniPeer(BorderWorld border, IdentityKey identity)
    {
        var albion = new NniNeighbour("albion.example", border.Albion.IdentityKey, "nni.albion.example", border.Albion.Party.Nni.Port);
        _certificates = new NniCertificates(identity, "liberty.example", [], new NniNeighbours(albion), TimeProvider.System, static _ => { });
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(border.Albion.Party.Nni.ToIPEndPoint(), cancellationToken);
                var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
                await tls.AuthenticateAsClientAsync(_certificates.ClientOptions(albion), cancellationToken);
                return tls;
            },
        }) { BaseAddress = new Uri("http://nni.albion.example/"), Timeout = BorderWorld.Soon };
    }

    /// <summary>Signs an ordered message.</summary>
    public static string Sign(IdentityKey key, string origin, string destination, string type, long epoch, long sequence, string body)
    {
        var now = Instant.FromUnixTimeMilliseconds(SystemClock.Instance.GetCurrentInstant().ToUnixTimeMilliseconds());
        var envelope = new NniEnvelope(origin, destination, $"msg_{Guid.NewGuid():N}", type, epoch, sequence, now, now + Duration.FromMinutes(1), body);
        return Jws.Sign(key, Jws.Header(key.Public), envelope.ToPayload());
    }

    /// <summary>How far Albion has come in Liberty's stream.</summary>
    public async Task<(long Epoch, long Last)> PositionAsync(IdentityKey key)
    {
        var hello = Sign(key, "liberty.example", "albion.example", NniTypes.Hello, 0, 0, """{"versions":[1],"capabilities":[],"epoch":0}""");
        var (status, reply) = await PostAsync(NniPaths.Hello, hello);
        Assert.True(status == 200, $"expected a hello to be answered; instead {status}: {reply.ToJsonString()}");
        var payload = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(((string)reply["jws"]!).Split('.')[1]))!["body"]!;
        return ((long)payload["epoch"]!, (long)payload["last"]!);
    }

    /// <summary>Posts one message; gives the reason of its refusal, or null when it was acknowledged.</summary>
    public async Task<string?> RefusedAsync(string jws)
    {
        var (status, reply) = await PostAsync(NniPaths.Messages, jws);
        return status == 200 ? null : (string?)reply["reason"];
    }

    public void Dispose()
    {
        _http.Dispose();
        _certificates.Dispose();
    }

    async Task<(int Status, JsonObject Reply)> PostAsync(string path, string jws)
    {
        var request = new NniRequest("liberty.example", "albion.example", Guid.NewGuid().ToString("N"), [], [jws]);
        using var content = new ByteArrayContent(request.ToBytes());
        content.Headers.ContentType = new("application/json");
        using var response = await _http.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(text.Length > 0, $"expected an answer that says why; instead {(int)response.StatusCode} without a word");
        return ((int)response.StatusCode, JsonNode.Parse(text)!.AsObject());
    }
}
