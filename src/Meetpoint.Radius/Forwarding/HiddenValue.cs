using System.Security.Cryptography;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>A hidden value from one side to the other.</summary>
static class HiddenValue
{
    /// <summary>Writes it as the other side hides it; octets written, or -1 when it is no hidden value or does not fit.</summary>
    /// <param name="value">As the one side hides it.</param>
    /// <param name="method">How.</param>
    /// <param name="from">The one side.</param>
    /// <param name="to">The other.</param>
    /// <param name="position">Where it will stand in its packet; another for each value.</param>
    /// <param name="place">Where it is written.</param>
    internal static int Rehide(ReadOnlySpan<byte> value, HidingMethod method, in HopSide from, in HopSide to, int position, Span<byte> place)
    {
        if (from.Security.Secret is { } known && to.Security.Secret is { } next)
        {
            if (value.Length > place.Length)
                return -1;
            var copy = place[..value.Length];
            value.CopyTo(copy);
            var ok = method == HidingMethod.Password
                ? UserPassword.TryRehide(copy, known, from.Authenticator, next, to.Authenticator)
                : SaltedValue.TryRehide(copy, known, from.Authenticator, next, to.Authenticator);
            return ok ? value.Length : -1;
        }

        Span<byte> plain = stackalloc byte[RadiusAttribute.MaxValueLength];
        var length = Reveal(value, method, from, plain);
        var written = length < 0 ? -1 : Hide(plain[..length], method, to, position, place);
        CryptographicOperations.ZeroMemory(plain);
        return written;
    }

    /// <summary>What is hidden; octets of it, or -1.</summary>
    static int Reveal(ReadOnlySpan<byte> value, HidingMethod method, in HopSide side, Span<byte> plain)
    {
        if (side.Security.Secret is not { } secret)
        {
            value.CopyTo(plain);
            return value.Length;
        }

        if (method == HidingMethod.Salted)
            return SaltedValue.TryReveal(value, secret, side.Authenticator, plain, out var length) ? length : -1;
        return UserPassword.TryReveal(value, secret, side.Authenticator, plain) ? UserPassword.WithoutPadding(plain[..value.Length]).Length : -1;
    }

    static int Hide(ReadOnlySpan<byte> plain, HidingMethod method, in HopSide side, int position, Span<byte> place)
    {
        if (side.Security.Secret is not { } secret)
            return plain.TryCopyTo(place) ? plain.Length : -1;

        // No two salts of a packet are the same (RFC 2868 section 3.5): each counts on by where its value stands.
        var salt = (ushort)(side.Authenticator.Low + (uint)position);
        var written = method == HidingMethod.Password
            ? UserPassword.Hide(plain, secret, side.Authenticator, place)
            : SaltedValue.Hide(plain, salt, secret, side.Authenticator, place);
        return written == 0 ? -1 : written;
    }
}
