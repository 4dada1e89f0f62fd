using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>Who calls the API.</summary>
/// <param name="KeyId">Id of the key, or "local" over the administration socket.</param>
/// <param name="Provider">The provider that the key is scoped to; null for the operator of the exchange, who sees all.</param>
public sealed record ApiCaller(string KeyId, string? Provider)
{
    /// <summary>The operator over the administration socket of the machine.</summary>
    public static readonly ApiCaller Local = new("local", null);

    /// <summary>True for the operator of the exchange.</summary>
    public bool IsOperator => Provider is null;

    /// <summary>True when what belongs to the provider may be seen and changed.</summary>
    public bool MayActFor(string provider) => Provider is null || Provider == provider;

    /// <summary>The caller that was identified; there is always one where the endpoint is not open to all.</summary>
    public static ApiCaller Of(HttpContext context) =>
        TryOf(context) ?? throw new InvalidOperationException("the endpoint is open to all, or stands before the identification");

    /// <summary>The caller, or null where the endpoint is open to all.</summary>
    public static ApiCaller? TryOf(HttpContext context) => context.Items[typeof(ApiCaller)] as ApiCaller;
}
