using System.Globalization;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>What only this exchange knows of a meeting: its end of the cascade's certificate with its key.</summary>
/// <param name="Cascade">"fingerprint|certificate and key in base 64".</param>
sealed record MeetingSecrets(string Cascade)
{
    const int Tries = 20;

    /// <summary>The fingerprint that goes into the signed booking (RFC 8122).</summary>
    public static string FingerprintOf(string cascade) => cascade[..cascade.IndexOf('|', StringComparison.Ordinal)];

    /// <summary>The exported certificate and key.</summary>
    public static byte[] CertificateOf(string cascade) =>
        Convert.FromBase64String(cascade[(cascade.IndexOf('|', StringComparison.Ordinal) + 1)..]);

    /// <summary>An access code that no meeting of this exchange has.</summary>
    public static string FreeCode(StoreReader reader, Randomness randomness)
    {
        for (var i = 0; i < Tries; i++)
        {
            var code = randomness.Between(100_000_000, 1_000_000_000).ToString(CultureInfo.InvariantCulture);
            if (!MeetingRows.CodeIsTaken(reader, code))
                return code;
        }

        throw new InvalidOperationException($"no free access code in {Tries} tries: too many meetings are kept");
    }
}
