using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Passpoint over HTTP: what a provider's access points say, and what its customers' devices are told.</summary>
sealed class PasspointApi(Func<World> world, HotspotService hotspots, IClock clock)
{
    /// <summary>Names of servers in a profile.</summary>
    const int MaxServers = 8;

    public void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/passpoint/{provider}").WithTags("Passpoint");
        group.MapGet("/anqp", (HttpContext context, string provider, string? hotspot, string? format, bool? trials) => Advertise(context, provider, hotspot, format, trials == true))
            .WithName("ShowPasspointAdvertisement")
            .WithSummary("What the provider's access points say by ANQP, by the agreements in force: of one hotspot, or of any; format=json or format=hostapd; trials=true tells realms of trials too.")
            .Produces<PasspointView>(StatusCodes.Status200OK, "application/json", "text/plain").ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/profile", (HttpContext context, string provider, string? format, string? realm, string[]? server) => Profile(context, provider, format, realm, server ?? []))
            .WithName("MakePasspointProfile")
            .WithSummary("A profile for the devices of the provider's customers, without secrets: format=apple, android or pps-mo; server names the certificate of its RADIUS server.")
            .Produces<string>(StatusCodes.Status200OK, AppleProfile.MediaType, PpsMo.WifiConfigType, PpsMo.MediaType)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    IResult Advertise(HttpContext context, string provider, string? hotspot, string? format, bool withTrials)
    {
        if (HotspotsApi.MayPublish(context, world(), provider) is { } refused)
            return refused;
        if (format is not (null or "json" or "hostapd"))
            return ApiProblem.Malformed($"'{format}' is no format.", "Use json or hostapd.");
        Hotspot? one = null;
        if (hotspot is not null && (one = hotspots.Directory.Find(provider, hotspot)) is null)
            return ApiProblem.NotFound($"hotspot {hotspot}");
        var standing = world();
        var advertisement = PasspointAdvertisement.Of(standing, standing.FindProvider(provider)!, one, clock.GetCurrentInstant(), withTrials);
        return format == "hostapd" ? Results.Text(HostapdText.Of(advertisement), "text/plain", System.Text.Encoding.UTF8) : Results.Ok(View(advertisement));
    }

    IResult Profile(HttpContext context, string provider, string? format, string? realm, string[] servers)
    {
        var standing = world();
        if (HotspotsApi.MayPublish(context, standing, provider) is { } refused)
            return refused;
        if (format is not (null or "apple" or "android" or "pps-mo"))
            return ApiProblem.Malformed($"'{format}' is no format.", "Use apple, android or pps-mo.");
        if (servers.Length > MaxServers || servers.Any(server => AddressText.Canonical(server, out var form) is null || form != AddressForm.Domain))
            return ApiProblem.Malformed("A server is no domain name, or there are too many.", $"Name at most {MaxServers}.");
        var home = standing.FindProvider(provider)!;
        if (home.Realms.FirstOrDefault(each => realm is null ? each is { IsSuffix: false, IsDefault: false } : each.Name == realm) is not { } known)
            return ApiProblem.Of(StatusCodes.Status409Conflict, "no-realm", $"{provider} has no such realm.", "Add it under 'realms' of the provider in the world; a suffix is none to prove oneself in.");
        var method = known.Eap.Cast<EapMethod?>().FirstOrDefault(each => format is null or "apple" || PpsMo.Supports(each!.Value));
        if (method is null || known.IsSuffix || known.IsDefault)
            return ApiProblem.Of(StatusCodes.Status409Conflict, "no-method", $"Nothing says how customers prove themselves in {known.Name}, or this form has no place for it.", "Name a method under 'eap' of the realm in the world.");
        var profile = new PasspointProfile(home, known, method.Value, servers, clock.GetCurrentInstant());
        return format switch
        {
            "android" => Results.File(System.Text.Encoding.ASCII.GetBytes(PpsMo.WifiConfig(profile)), PpsMo.WifiConfigType, $"{provider}.config"),
            "pps-mo" => Results.Text(PpsMo.Xml(profile), PpsMo.MediaType, System.Text.Encoding.UTF8),
            _ => Results.File(System.Text.Encoding.UTF8.GetBytes(AppleProfile.Of(profile)), AppleProfile.MediaType, $"{provider}.mobileconfig"),
        };
    }

    static PasspointView View(PasspointAdvertisement advertisement) => new(
        advertisement.Provider.Id, advertisement.Hotspot?.Id, advertisement.At, advertisement.DomainNames, advertisement.RoamingConsortia,
        [.. advertisement.Realms.Select(welcome => new PasspointRealmView(welcome.Realm.Name, welcome.Provider, welcome.Realm.Eap))],
        advertisement.Hotspot?.Passpoint?.VenueGroup, advertisement.Hotspot?.Passpoint?.VenueType, advertisement.Hotspot?.Passpoint?.VenueName);
}
