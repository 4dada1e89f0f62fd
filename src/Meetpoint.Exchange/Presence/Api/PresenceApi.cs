using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Calls;
using Meetpoint.Exchange.Presence.Dialects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>Presence over HTTP: what is believed, who is told and why, and states that clients say of their users. A provider sees its own customers, an operator all.</summary>
/// <param name="presence">The exchange's presence; asked on its loop.</param>
sealed class PresenceApi(PresenceService presence)
{
    PresenceContext Context => presence.Context;

    public void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/presence").WithTags("Presence");
        group.MapGet("", (HttpContext context, string? cursor, int? limit) => ListAsync(context, cursor, limit))
            .WithName("ListPresence").WithSummary("Everybody whose presence is had or wanted, by address.").Produces<Page<PresenceSummaryView>>().ProducesProblem(400);
        group.MapGet("/{address}", (HttpContext context, string address) => ShowAsync(context, address))
            .WithName("ShowPresence").WithSummary("What the exchange believes of somebody, from which sources, who watches, and what is put into her own systems.")
            .Produces<PresencePictureView>().ProducesProblem(404);
        group.MapGet("/{address}/explanation", (HttpContext context, string address, string? watcher) => ExplainAsync(context, address, watcher))
            .WithName("ExplainPresence").WithSummary("Why each watcher was told, or was not: the picture with the last decisions; with watcher=, whether he may watch at all.")
            .Produces<PresenceExplanationView>().ProducesProblem(400).ProducesProblem(404);
        group.MapPut("/{address}/devices/{device}", (HttpContext context, string address, string device, PresencePublication said) => SayAsync(context, address, device, said))
            .WithName("PublishPresence").WithSummary("Say what one device of a customer does. It is lost unless it is said again in time; saying the same twice changes nothing.")
            .Produces<PresencePublishedStateView>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
        group.MapDelete("/{address}/devices/{device}", (HttpContext context, string address, string device) => TakeBackAsync(context, address, device))
            .WithName("UnpublishPresence").WithSummary("Take back what was said of a device over this API.").Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
    }

    async Task<IResult> ListAsync(HttpContext context, string? cursor, int? limit)
    {
        var caller = ApiCaller.Of(context);
        var after = Paging.KeyOf(cursor);
        var count = Paging.Limit(limit);
        // The loop only copies the names; they are put in order here.
        var (names, world) = await Context.Loop.AskAsync(() => (Context.Hub.All.Select(one => one.Address).ToArray(), Context.Admission.World));
        var page = names.Where(name => string.CompareOrdinal(name, after) > 0 && (caller.IsOperator || (world.Find(name) is { } found && caller.MayActFor(found.Provider.Id))))
            .Order(StringComparer.Ordinal).Take(count + 1).ToList();
        var views = await Context.Loop.AskAsync(() =>
        {
            var picture = new PresencePicture(presence);
            return page.Select(picture.Summary).OfType<PresenceSummaryView>().ToList();
        });
        return Results.Ok(Paging.Of(context, views, count, view => view.Address));
    }

    async Task<IResult> ShowAsync(HttpContext context, string address)
    {
        var caller = ApiCaller.Of(context);
        var view = await Context.Loop.AskAsync(() => Find(caller, address) is { } target ? new PresencePicture(presence).Of(target) : null);
        return view is null ? Nobody(address) : Results.Ok(view);
    }

    async Task<IResult> ExplainAsync(HttpContext context, string address, string? watcher)
    {
        var caller = ApiCaller.Of(context);
        string? canonical = null;
        if (watcher is not null && ((canonical = AddressText.Canonical(watcher, out var form)) is null || form == AddressForm.Domain))
            return ApiProblem.Malformed($"'{watcher}' is no address.", "Write it as bob@liberty.example or +442079460001.");
        var view = await Context.Loop.AskAsync(() => Find(caller, address) is { } target ? new PresenceExplanation(presence).Of(target, canonical) : null);
        return view is null ? Nobody(address) : Results.Ok(view);
    }

    async Task<IResult> SayAsync(HttpContext context, string address, string device, PresencePublication said)
    {
        var caller = ApiCaller.Of(context);
        if (WireText.Device(device) != device || PublishedDevice.IsMarked(device) || device == PhoneStates.Device)
            return ApiProblem.Malformed($"A device's name has 1 to {ReportedState.MaxDeviceLength} printable characters, and is none of those that exchanges give.");
        if (said.ExpiresSeconds is < ClientStates.MinSeconds or > ClientStates.MaxSeconds)
            return ApiProblem.Malformed($"expiresSeconds is {ClientStates.MinSeconds} to {ClientStates.MaxSeconds}.");
        if (said.Kind == SourceKind.Aggregate || said.Activity == Activity.Unknown)
            return ApiProblem.Malformed("A device says what it knows: neither 'unknown' nor an aggregate.", "Take the state back with DELETE where there is nothing to say.");
        if (said.Note is { Length: > PresenceState.MaxNoteLength })
            return ApiProblem.Malformed($"A note has {PresenceState.MaxNoteLength} characters at most.");
        var state = new ReportedState
        {
            Device = device,
            Kind = said.Kind,
            State = JsonDialect.State(new PresenceStateView { Activity = said.Activity, Availability = said.Availability, Note = said.Note }),
        };
        return await Context.Loop.AskAsync(() =>
        {
            if (Find(caller, address) is not { } target)
                return Nobody(address);
            if (!Context.Policy.IsHere(target.Provider))
                return ApiProblem.Forbidden($"{target.Address} is a customer of {target.Provider.Id}: what she does is said at {target.Provider.Exchange}.");
            var now = Context.Now;
            return presence.Clients.Say(target, state, said.ExpiresSeconds) is { } stands
                ? Results.Ok(new PresencePublishedStateView(target.Address, device, JsonDialect.View(stands.State), stands.Version, now + Duration.FromSeconds(said.ExpiresSeconds)))
                : ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "overload", "Too many devices report already.", "Try again later.");
        });
    }

    async Task<IResult> TakeBackAsync(HttpContext context, string address, string device)
    {
        var caller = ApiCaller.Of(context);
        return await Context.Loop.AskAsync(() => Find(caller, address) is { } target && presence.Clients.TakeBack(target, device))
            ? Results.NoContent() : ApiProblem.NotFound($"device {device} of {address} that was said over this API");
    }

    /// <summary>The person, where the caller may see her. On the loop.</summary>
    PresenceTarget? Find(ApiCaller caller, string address) => Context.Directory.Find(address) is { } target && caller.MayActFor(target.Provider.Id) ? target : null;

    static IResult Nobody(string address) => ApiProblem.NotFound($"person {address}");
}
