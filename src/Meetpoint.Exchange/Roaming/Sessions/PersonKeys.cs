using System.Security.Cryptography;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>The keys of people's names in the store: one a month, erased when what it named is no longer disputed.</summary>
static class PersonKeys
{
    /// <summary>Months that a key is kept after its own.</summary>
    public const int KeptMonths = 3;

    /// <summary>The key of a moment, made when it is the first of its month, on whichever node; those that are old are erased.</summary>
    public static PersonKey Ensure(StoreTransaction transaction, Instant now, Randomness randomness)
    {
        var month = now.InUtc().Date.ToYearMonth();
        var name = NameOf(month);
        var secret = new byte[PersonKey.Length];
        randomness.Fill(secret);
        transaction.Execute("INSERT INTO roaming_person_keys (month, secret) VALUES (@name, @secret) ON CONFLICT (month) DO NOTHING", new { name, secret });
        transaction.Execute("DELETE FROM roaming_person_keys WHERE month < @oldest", new { oldest = NameOf(month.PlusMonths(-KeptMonths)) });
        var kept = transaction.Single<byte[]>("SELECT secret FROM roaming_person_keys WHERE month = @name", new { name })!;
        CryptographicOperations.ZeroMemory(secret);
        return new PersonKey(name, kept);
    }

    /// <summary>True when a key is of the month of a moment.</summary>
    public static bool IsOf(PersonKey key, Instant now) => key.Month == NameOf(now.InUtc().Date.ToYearMonth());

    static string NameOf(YearMonth month) => YearMonthPattern.Iso.Format(month);
}
