using System.Text;
using Meetpoint.Exchange.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Meetpoint.Exchange.Tests.Api;

/// <summary>A request without a server.</summary>
static class ApiRequest
{
    static readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider();

    public static DefaultHttpContext Of(string method, string path, string body = "", string? key = null, ApiCaller? caller = null)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Response.Body = new MemoryStream();
        if (key is not null)
            context.Request.Headers["Idempotency-Key"] = key;
        context.Items[typeof(ApiCaller)] = caller ?? ApiCaller.Local;
        return context;
    }

    public static string Answer(HttpContext context)
    {
        context.Response.Body.Position = 0;
        return new StreamReader(context.Response.Body).ReadToEnd();
    }
}
