using System.Diagnostics.CodeAnalysis;

namespace Meetpoint.Xmpp;

/// <summary>An address of XMPP (RFC 7622): "local@domain/resource", of which only the domain must be there. Compared by ordinal after its preparation.</summary>
/// <remarks>
/// Prepared here as far as servers rely on it: domain and local part in lower case and NFC, no characters that RFC 7622 section 3.3.1 forbids, each
/// part at most 1,023 bytes of UTF-8.
/// </remarks>
public sealed record Jid
{
    /// <summary>Bytes of UTF-8 that a part has at most.</summary>
    public const int MaxPartBytes = 1_023;

    Jid(string? local, string domain, string? resource)
    {
        Local = local;
        Domain = domain;
        Resource = resource;
    }

    /// <summary>The part before "@"; null for a server.</summary>
    public string? Local { get; }

    /// <summary>The domain, lower case.</summary>
    public string Domain { get; }

    /// <summary>The part after "/"; null for a bare address.</summary>
    public string? Resource { get; }

    /// <summary>The same without resource.</summary>
    public Jid Bare => Resource is null ? this : new Jid(Local, Domain, null);

    /// <summary>The same with another resource; null leaves none.</summary>
    /// <param name="resource">1 to 1,023 bytes of UTF-8.</param>
    public Jid With(string? resource) => new(Local, Domain, resource);

    /// <summary>Reads an address; false, and no exception, for one that is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Jid? jid)
    {
        jid = null;
        if (string.IsNullOrEmpty(text))
            return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var resource = slash < 0 ? null : text[(slash + 1)..];
        var bare = slash < 0 ? text : text[..slash];
        var at = bare.IndexOf('@', StringComparison.Ordinal);
        var local = at < 0 ? null : bare[..at];
        var domain = bare[(at + 1)..];
        if (resource is "" || !TryPrepare(domain, "@/\"&'<> \t", out var preparedDomain))
            return false;
        string? preparedLocal = null;
        if (local is not null && !TryPrepare(local, "\"&'/:<>@ \t", out preparedLocal))
            return false;
        if (resource is not null && (System.Text.Encoding.UTF8.GetByteCount(resource) > MaxPartBytes || resource.AsSpan().ContainsAnyInRange('\0', '\x1f')))
            return false;
        jid = new Jid(preparedLocal, preparedDomain.TrimEnd('.'), resource);
        return jid.Domain.Length > 0;
    }

    /// <inheritdoc/>
    public override string ToString() => (Local, Resource) switch
    {
        (null, null) => Domain,
        ({ } local, null) => $"{local}@{Domain}",
        (null, { } resource) => $"{Domain}/{resource}",
        ({ } local, { } resource) => $"{local}@{Domain}/{resource}",
    };

    static bool TryPrepare(string part, string forbidden, [NotNullWhen(true)] out string? prepared)
    {
        prepared = null;
        if (part.Length is 0 or > MaxPartBytes || part.AsSpan().ContainsAny(forbidden) || part.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            return false;
        try
        {
            prepared = part.ToLowerInvariant().Normalize();
        }
        catch (ArgumentException)
        {
            return false; // a lone surrogate
        }

        return System.Text.Encoding.UTF8.GetByteCount(prepared) <= MaxPartBytes;
    }
}
