using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Nni;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Meetpoint.Hosting;

/// <summary>The OpenAPI documents of this program.</summary>
static class OpenApiDocuments
{
    /// <summary>The API's document; the NNI's is <see cref="NniApi.Document"/>.</summary>
    public const string Api = "v1";

    /// <summary>The names of the documents.</summary>
    public static IReadOnlyList<string> Names { get; } = [Api, NniApi.Document];

    /// <summary>Registers their generators.</summary>
    public static void AddOpenApiDocuments(this IServiceCollection services)
    {
        foreach (var name in Names)
        {
            var group = name == Api ? null : name;
            services.AddOpenApi(name, options =>
            {
                options.ShouldInclude = endpoint => endpoint.GroupName == group;
                OpenApiSchemas.Apply(options);
            });
        }
    }

    /// <summary>The text of a document: every endpoint is mapped in a host of its own on a loopback port, and none is called.</summary>
    public static async Task<string> GenerateAsync(string name, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddExchangeApi();
        builder.Services.AddOpenApiDocuments();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapExchangeApi(Described);
        app.MapNni(null!, null!);
        app.MapOpenApi();
        await app.StartAsync(cancel);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri($"{address}/openapi/{name}.json"), cancel);
        await app.StopAsync(cancel);
        return text.ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    /// <summary>An API that is only described: its endpoints hold on to parts that are not there.</summary>
    static ExchangeApiParts Described { get; } = new()
    {
        Store = null!,
        Clock = null!,
        Ids = null!,
        Keys = null!,
        Worlds = null!,
        WorldStore = null!,
        Statements = null!,
        Events = null!,
        Meetings = null!,
        Parties = null!,
        Loop = null!,
        Live = null!,
        Recordings = null!,
        Calls = null!,
        Directory = null!,
        Registrations = null!,
        Messages = null!,
        MeetNow = null!,
        Presence = null!,
        Hotspots = null!,
        Refusals = null!,
        Time = null!,
        Trace = new Meetpoint.Exchange.Support.Trace.TraceApi(() => null, null!, null!, null!),
    };
}
