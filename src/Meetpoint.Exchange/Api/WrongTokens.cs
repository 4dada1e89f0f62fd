using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>
/// Counts tokens of links that nobody gave out, by who sends them: 160 bits cannot be guessed, but each guess costs a look into the store. A token that held a while ago is looked for
/// always, since many phones stand behind one address, and the link of one of them was revoked. Thread safe.
/// </summary>
/// <param name="time">Monotonic time.</param>
/// <param name="atMost">Wrong ones of one address within the window.</param>
/// <param name="window">What is counted together; null is <see cref="Window"/>.</param>
sealed class WrongTokens(TimeProvider time, int atMost = WrongTokens.AtMost, TimeSpan? window = null)
{
    /// <summary>Wrong tokens of one address in <see cref="Window"/>; after them it is told 429 until the window is over.</summary>
    public const int AtMost = 20;

    /// <summary>Addresses that are counted, at most; when there are more, all begin anew.</summary>
    public const int MaxAddresses = 10_000;

    /// <summary>Tokens that held, at most; when there are more, all are learnt anew.</summary>
    public const int MaxKnown = 10_000;

    /// <summary>What is counted together.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    readonly HashSet<string> _known = new(StringComparer.Ordinal);
    readonly TimeSpan _window = window ?? Window;
    long _began;

    /// <summary>Seconds after which an address that may not try on is counted anew, at most.</summary>
    public int RetryAfterSeconds => (int)_window.TotalSeconds;

    /// <summary>True while an address may try on, or the token held before.</summary>
    public bool MayTry(string address, string token)
    {
        lock (_counts)
        {
            if (_counts.Count > 0 && (time.GetElapsedTime(_began) >= _window || _counts.Count >= MaxAddresses))
                _counts.Clear();
            return _counts.GetValueOrDefault(address) < atMost || _known.Contains(ApiKeys.Hash(token));
        }
    }

    /// <summary>It has tried one that holds.</summary>
    public void Right(string token)
    {
        lock (_counts)
        {
            if (_known.Count >= MaxKnown)
                _known.Clear();
            _known.Add(ApiKeys.Hash(token));
        }
    }

    /// <summary>It has tried one that is none.</summary>
    public void Wrong(string address, string token)
    {
        lock (_counts)
        {
            _known.Remove(ApiKeys.Hash(token));
            if (_counts.Count == 0)
                _began = time.GetTimestamp();
            _counts[address] = _counts.GetValueOrDefault(address) + 1;
        }
    }

    /// <summary>Who sends, as it is counted: an IPv6 host has a whole /64 to send from.</summary>
    public static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
