using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Meetpoint.Exchange.Nni;

/// <summary>The NNI over HTTP. Its OpenAPI document is the one named "nni" (services.AddOpenApi("nni")).</summary>
public static class NniApi
{
    /// <summary>The name of the OpenAPI document.</summary>
    public const string Document = "nni";

    // A body without a length is read this far and thrown away, so that the answer is not lost to a reset connection.
    const long DrainBytes = 2L * NniLimits.RequestBytes;

    static readonly int[] Refusals =
    [
        .. Enum.GetValues<NniRefusal>().Where(refusal => refusal != NniRefusal.None).Select(refusal => refusal.Status()).Distinct().Order(),
    ];

    /// <summary>Maps the endpoints; they take connections whose client certificate was accepted by <paramref name="certificates"/>.</summary>
    public static RouteGroupBuilder MapNni(this IEndpointRouteBuilder routes, NniServer server, NniCertificates certificates)
    {
        var group = routes.MapGroup("").WithGroupName(Document).WithTags("NNI");
        Map(group, NniPaths.Hello, "hello", "Greet: agree on a version, exchange capabilities, learn the position in the stream");
        Map(group, NniPaths.Messages, "messages", "Deliver signed messages in order of their sequence");
        Map(group, NniPaths.Query, "query", "Ask one signed question that changes nothing");
        return group;

        void Map(RouteGroupBuilder to, string path, string name, string summary)
        {
            var endpoint = to.MapPost(path, Task<IResult> (HttpContext context) => HandleAsync(server, certificates, path, context))
                .WithName("nni." + name)
                .WithSummary(summary)
                .Accepts<NniRequest>("application/json")
                .Produces<NniAnswer>();
            foreach (var status in Refusals)
                endpoint.ProducesProblem(status);
        }
    }

    /// <summary>Makes a Kestrel endpoint speak mutual TLS with the certificate of the moment, asked for at each handshake; only neighbours' certificates pass.</summary>
    public static ListenOptions UseNniTls(this ListenOptions listen, Func<NniCertificates> certificates)
    {
        listen.Protocols = HttpProtocols.Http1;
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult<SslServerAuthenticationOptions>(certificates().ServerOptions()),
        });
    }

    static async Task<IResult> HandleAsync(NniServer server, NniCertificates certificates, string path, HttpContext context)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = DrainBytes;
        var peer = certificates.ExchangeOf(context.Connection.ClientCertificate);
        if (peer is null || request.ContentLength > NniLimits.RequestBytes)
        {
            context.Response.Headers.Connection = "close";
            var early = peer is null ? NniRefusal.NoCertificate : NniRefusal.TooLarge;
            return new ReplyResult(server.Refuse(early, peer, peer is null ? "no accepted client certificate" : "the request is too large"));
        }

        try
        {
            var body = await BoundedBody.ReadAsync(request.Body, NniLimits.RequestBytes, context.RequestAborted).ConfigureAwait(false);
            if (body is null)
            {
                await request.Body.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
                return new ReplyResult(server.Refuse(NniRefusal.TooLarge, peer, "the request is too large"));
            }

            return new ReplyResult(await server.HandleAsync(path, peer, body, context.RequestAborted).ConfigureAwait(false));
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error)
        {
            var refusal = error.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => NniRefusal.TooLarge,
                StatusCodes.Status408RequestTimeout => NniRefusal.TooSlow,
                _ => NniRefusal.Malformed,
            };
            return new ReplyResult(server.Refuse(refusal, peer, error.Message));
        }
    }

    sealed class ReplyResult(NniReply reply) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = reply.Status;
            response.ContentType = reply.Status == StatusCodes.Status200OK ? "application/json" : "application/problem+json";
            response.ContentLength = reply.Body.Length;
            return response.Body.WriteAsync(reply.Body, httpContext.RequestAborted).AsTask();
        }
    }
}
