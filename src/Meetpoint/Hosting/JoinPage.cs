using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Meetpoint.Hosting;

/// <summary>The page by which people join a meeting from a browser: /join/{code}, and the files that it is made of. It asks the API for all that it shows.</summary>
/// <remarks>Files of /assets have a digest of their content in their name, and so never change; the page that names them is asked for each time.</remarks>
sealed partial class JoinPage(WebFiles files)
{
    const string Page = "index.html";

    /// <summary>Nothing but what this program serves; no script or style within the page; in no frame.</summary>
    const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    const string DevicePolicy = "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), geolocation=(), usb=(), serial=(), payment=()";

    const string NotBuilt =
        "The join page is not part of this program: it was built without its web pages.\n"
        + "Run web/build (it needs Node.js), then build the program again. Joining by phone and with room systems works all the same.\n";

    const string NotFound = "There is no meeting at this address. Please look whether the whole link was copied.\n";

    static readonly string[] _methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Tells whether the page changed; null while it was not built.</summary>
    readonly string? _tag = files.Open(Page) is { } page ? TagOf(page) : null;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/join/{code?}", _methods, Show).ExcludeFromDescription();
        routes.MapMethods("/assets/{name}", _methods, Asset).ExcludeFromDescription();
    }

    IResult Show(HttpContext context, string? code)
    {
        Harden(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-cache";
        if (code is null || !Code().IsMatch(code))
            return Results.Text(NotFound, statusCode: StatusCodes.Status404NotFound);
        if (_tag is null)
            return Results.Text(NotBuilt, statusCode: StatusCodes.Status503ServiceUnavailable);

        // The page names its files relative to where it stands, so that it works below whatever path a proxy puts it.
        if (context.Request.Path.Value!.EndsWith('/'))
            return Results.Redirect($"../{code}", permanent: true);
        return File(context, Page, "text/html; charset=utf-8", _tag);
    }

    IResult Asset(HttpContext context, string name)
    {
        var path = "assets/" + name;
        if (!files.Has(path) || TypeOf(name) is not { } type)
            return Results.NotFound();
        Harden(context.Response.Headers);
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return File(context, path, type, null);
    }

    /// <summary>The file in the smallest form that the browser takes.</summary>
    IResult File(HttpContext context, string path, string type, string? tag)
    {
        var (encoding, suffix) = EncodingFor(context.Request, path);
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
            context.Response.Headers.ContentEncoding = encoding;
        return Results.Stream(files.Open(path + suffix)!, type, entityTag: tag is null ? null : new EntityTagHeaderValue($"\"{tag}{suffix}\""));
    }

    (string? Encoding, string Suffix) EncodingFor(HttpRequest request, string path)
    {
        var taken = request.GetTypedHeaders().AcceptEncoding;
        if (Takes(taken, "br") && files.Has(path + ".br"))
            return ("br", ".br");
        return Takes(taken, "gzip") && files.Has(path + ".gz") ? ("gzip", ".gz") : (null, "");
    }

    static bool Takes(IList<StringWithQualityHeaderValue> taken, string encoding) =>
        taken.Any(value => value.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && value.Quality is not 0);

    static void Harden(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers["Permissions-Policy"] = DevicePolicy;
        headers["Referrer-Policy"] = "no-referrer"; // who has the address may come
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    /// <summary>Null for what is no file of a page: compressed forms are never asked for by name.</summary>
    static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    static string TagOf(Stream page)
    {
        using (page)
            return Convert.ToHexStringLower(SHA256.HashData(page).AsSpan(0, 8));
    }

    /// <summary>What looks like the code of a meeting; whether there is one the API tells.</summary>
    [GeneratedRegex("^[A-Za-z0-9_-]{3,64}$")]
    private static partial Regex Code();
}
