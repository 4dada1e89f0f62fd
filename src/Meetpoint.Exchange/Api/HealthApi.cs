using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Api;

/// <summary>One thing that must be well for the exchange to take traffic.</summary>
/// <param name="Name">Short and stable, such as "store" or "sip-loop".</param>
/// <param name="ProbeAsync">Null when it is well, otherwise what is wrong; may fault, and is not waited for longer than a second.</param>
public sealed record HealthProbe(string Name, Func<Task<string?>> ProbeAsync)
{
    /// <summary>The store takes a write.</summary>
    public static HealthProbe OfStore(Store store) => new("store", async () =>
    {
        await store.WriteAsync(transaction => transaction.Execute("DELETE FROM api_answers WHERE kept_ms < 0"));
        return null;
    });

    /// <summary>A loop takes its turn.</summary>
    public static HealthProbe OfLoop(string name, Meetpoint.Net.IEventLoop loop) => new(name, async () =>
    {
        var turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(turned.SetResult);
        await turned.Task;
        return null;
    });
}

/// <summary>Whether the process lives, and whether it should be given traffic. Open to all; says no more than which part is unwell.</summary>
static class HealthApi
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    public static void MapHealth(this IEndpointRouteBuilder routes, IReadOnlyList<HealthProbe> probes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").WithMetadata(new AllowAnonymousAttribute());
        group.MapGet("/live", () => Results.Ok(new HealthView("live", new Dictionary<string, string>())))
            .WithName("ShowLiveness").WithSummary("The process answers.").Produces<HealthView>();
        group.MapGet("/ready", () => ReadyAsync(probes))
            .WithName("ShowReadiness").WithSummary("Store writable, loops turning: fit for traffic.")
            .Produces<HealthView>().Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<IResult> ReadyAsync(IReadOnlyList<HealthProbe> probes)
    {
        var found = await Task.WhenAll(probes.Select(async probe => (probe.Name, Fault: await ProbeAsync(probe))));
        var parts = found.ToDictionary(part => part.Name, part => part.Fault ?? "ok");
        var ready = found.All(part => part.Fault is null);
        return Results.Json(
            new HealthView(ready ? "ready" : "not-ready", parts), statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<string?> ProbeAsync(HealthProbe probe)
    {
        try
        {
            return await probe.ProbeAsync().WaitAsync(Wait);
        }
        catch (TimeoutException)
        {
            return "no answer within a second";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.GetType().Name; // the message may name what is not for everyone
        }
    }
}
