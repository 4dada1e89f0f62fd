using System.Globalization;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>
/// Pages that Cisco-style phones fetch with a plain GET: a menu of a list's people with their states, which leads to each one's state in words, and that to where she is dialled. Who holds
/// the token is the watcher.
/// </summary>
/// <param name="presence">The exchange's presence; asked on its loop.</param>
/// <param name="links">Knows the tokens.</param>
/// <param name="wrong">Counts those that are none.</param>
/// <param name="publicUrl">Below which phones reach this, where a proxy stands between; null: as each asks.</param>
sealed class PhonePagesApi(PresenceService presence, PhonePageLinks links, WrongTokens wrong, Uri? publicUrl)
{
    /// <summary>Where pages stand.</summary>
    public const string Root = "/phone";

    /// <summary>People of one menu: the last item leads to those behind.</summary>
    public const int PerMenu = CiscoPhonePages.MaxMenuItems - 1;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root + "/{token}").ExcludeFromDescription();
        group.MapGet("", (HttpContext context, string token) => ServeAsync(context, token, (page, url) => Menu(page, url, 1)));
        group.MapGet("/{number:int}", (HttpContext context, string token, int number) => ServeAsync(context, token, (page, url) => Menu(page, url, number)));
        group.MapGet("/people/{address}", (HttpContext context, string token, string address) => ServeAsync(context, token, (page, url) => Words(page, url, address)));
        group.MapGet("/people/{address}/dial", (HttpContext context, string token, string address) => ServeAsync(context, token, (page, _) => Dial(page, address)));
    }

    async Task<IResult> ServeAsync(HttpContext context, string token, Func<PhonePageShown, string, byte[]?> write)
    {
        var sender = WrongTokens.AddressOf(context);
        if (!wrong.MayTry(sender, token))
        {
            context.Response.Headers.RetryAfter = ((int)WrongTokens.Window.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        if (links.Find(token) is not { } page)
        {
            wrong.Wrong(sender, token);
            presence.Context.Log.Stranger($"phone page {context.Connection.RemoteIpAddress}");
            return Results.NotFound();
        }

        wrong.Right(token);
        var answer = new TaskCompletionSource<(bool IsTaken, PhonePageShown? Shown)>(TaskCreationOptions.RunContinuationsAsynchronously);
        presence.Context.Loop.Post(() =>
        {
            if (!presence.Pages.Show(page, shown => answer.TrySetResult((true, shown))))
                answer.TrySetResult((false, null));
        });
        var (isTaken, shown) = await answer.Task.WaitAsync(context.RequestAborted);
        if (!isTaken)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        var url = $"{Origin(context)}{Root}/{token}";
        return shown is not null && write(shown, url) is { } document ? Xml(context, document) : Results.NotFound();
    }

    static byte[]? Menu(PhonePageShown page, string url, int number)
    {
        var last = Math.Max(1, (page.People.Count + PerMenu - 1) / PerMenu);
        if (number < 1 || number > last)
            return null;
        var people = page.People.Skip((number - 1) * PerMenu).Take(PerMenu).Select(person => Entry(person) with { PageUrl = Person(url, person) });
        var prompt = last == 1 ? "Who is there" : string.Create(CultureInfo.InvariantCulture, $"Who is there, {number} of {last}");
        return CiscoPhonePages.Menu(page.Title, prompt, people, number < last ? string.Create(CultureInfo.InvariantCulture, $"{url}/{number + 1}") : null);
    }

    static byte[]? Words(PhonePageShown page, string url, string address) => Find(page, address) is { } person
        ? CiscoPhonePages.Text(person.Name, page.Title, [Entry(person)], page.Now, Person(url, person) + "/dial") : null;

    static byte[]? Dial(PhonePageShown page, string address) => Find(page, address) is { } person ? CiscoPhonePages.Directory(person.Name, "Dial", [Entry(person)]) : null;

    static PhonePagePerson? Find(PhonePageShown page, string address) =>
        AddressText.Canonical(address, out _) is { } canonical ? page.People.FirstOrDefault(person => person.Address == canonical) : null;

    static PhonePageEntry Entry(PhonePagePerson person) => new(person.Name, person.State, person.Number);

    static string Person(string url, PhonePagePerson person) => $"{url}/people/{Uri.EscapeDataString(person.Address)}";

    IResult Xml(HttpContext context, byte[] document)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer"; // the token stands in the address
        headers["Refresh"] = string.Create(CultureInfo.InvariantCulture, $"{PhonePages.ReloadSeconds}; url={Origin(context)}{context.Request.Path.ToUriComponent()}");
        return Results.Bytes(document, CiscoPhonePages.MediaType);
    }

    /// <summary>Phones want whole addresses: those that the operator gave, else those under which this one was asked for. Empty for who named no host.</summary>
    /// <remarks>What a proxy says of itself (X-Forwarded-Proto, RFC 7239) is not believed: whoever sends it could lead a phone elsewhere.</remarks>
    string Origin(HttpContext context) => publicUrl?.AbsoluteUri.TrimEnd('/')
        ?? (context.Request.Host.HasValue ? $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}" : "");
}
