using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Quality;

/// <summary>The legs that are poor now, over HTTP. A leg's own figures stand with its participant, call or usage record.</summary>
static class QualityApi
{
    public static void MapQuality(this IEndpointRouteBuilder api, IEventLoop loop, CallContext calls) =>
        api.MapGet("/quality/alarms", async () => Results.Ok(new Page<QualityAlarmView>(await loop.AskAsync(() => calls.Alarms.All), false, null)))
            .WithTags("Quality").WithName("ListQualityAlarms").WithSummary("Legs of meetings and calls that are poor now, the oldest alarm first.")
            .AddEndpointFilter<OperatorOnly>().Produces<Page<QualityAlarmView>>().ProducesProblem(StatusCodes.Status403Forbidden);
}
