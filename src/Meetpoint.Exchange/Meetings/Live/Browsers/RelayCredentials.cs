using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>The relays that an operator runs beside the exchange, for browsers that no UDP leaves, or only to them.</summary>
/// <param name="Urls">turn: and turns: addresses (RFC 7065), such as turns:relay.albion.example:443?transport=tcp.</param>
/// <param name="Secret">What exchange and relay share.</param>
/// <param name="Lifetime">For how long credentials hold.</param>
public sealed record RelayOptions(IReadOnlyList<string> Urls, string Secret, Duration Lifetime);

/// <summary>
/// Credentials for relays that need no account: the name says until when they hold, the password proves that the exchange gave it out (draft-uberti-behave-turn-rest, as coturn has it under
/// use-auth-secret). Thread safe.
/// </summary>
/// <param name="options">The relays.</param>
/// <param name="clock">Wall time, which the relay goes by too.</param>
/// <param name="randomness">Of names, so that no two pages share one.</param>
sealed class RelayCredentials(RelayOptions options, IClock clock, Randomness randomness)
{
    const int NameBytes = 6;

    /// <summary>What one page is given.</summary>
    public IReadOnlyList<IceServerView> Give()
    {
        var until = (clock.GetCurrentInstant() + options.Lifetime).ToUnixTimeSeconds();
        var name = string.Create(CultureInfo.InvariantCulture, $"{until}:{Convert.ToHexStringLower(randomness.Bytes(NameBytes))}");
        return [new IceServerView(options.Urls, name, PasswordOf(name))];
    }

    /// <summary>The password that belongs to a name.</summary>
    string PasswordOf(string name) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(options.Secret), Encoding.UTF8.GetBytes(name)));
}
