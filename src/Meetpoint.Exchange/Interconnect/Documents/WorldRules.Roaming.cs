using Meetpoint.Exchange.Roaming;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: what customers roam by, and what is said of it.</summary>
sealed partial class WorldRules
{
    const int MaxRoamingConsortia = 16;

    /// <summary>
    /// A realm is one provider's, written exactly so. That of a longer name below somebody's suffix may be another's: the longer is meant. Consortia are
    /// shared by their nature.
    /// </summary>
    void CheckRoaming(string at, Provider provider, Dictionary<string, string> realms)
    {
        if (provider.Realms.Length > Realm.MaxRealms)
            Add($"{at}/realms", "too-many", $"{provider.Realms.Length} realms", $"keep to {Realm.MaxRealms}");
        for (var i = 0; i < provider.Realms.Length; i++)
        {
            var realm = provider.Realms[i];
            if (realm.Name.Length == 0)
                continue; // already a fault
            if (AddressText.Canonical(realm.Domain, out var form) != realm.Domain || form != AddressForm.Domain || realm.Domain.Contains(':', StringComparison.Ordinal))
                Add($"{at}/realms/{i}/name", "bad-realm", $"'{realm.Name}' is no realm", "write one such as albion.example, or *.albion.example for those below it");
            else
                Unique($"{at}/realms/{i}/name", realm.Name, realms, "realm");
            if (realm.Eap.Distinct().Count() != realm.Eap.Length)
                Add($"{at}/realms/{i}/eap", "duplicate-method", "a method is named twice", "name each once");
        }

        if (provider.RoamingConsortia.Length > MaxRoamingConsortia)
            Add($"{at}/roamingConsortia", "too-many", $"{provider.RoamingConsortia.Length} consortia", $"keep to {MaxRoamingConsortia}");
        for (var i = 0; i < provider.RoamingConsortia.Length; i++)
        {
            if (!RoamingConsortium.IsId(provider.RoamingConsortia[i]))
                Add($"{at}/roamingConsortia/{i}", "bad-consortium", $"'{provider.RoamingConsortia[i]}' is no roaming consortium", RoamingConsortium.Mend);
        }
    }

    void CheckRoamingTerms(string at, RoamingTerms terms)
    {
        Price($"{at}/priceAtA", terms.PriceAtA);
        Price($"{at}/priceAtB", terms.PriceAtB);

        void Price(string path, string? price)
        {
            if (price is not null && (price.Length > RoamingTerms.MaxPrice || price.Any(char.IsControl)))
                Add(path, "bad-price", "this is no price in words", $"use at most {RoamingTerms.MaxPrice} characters");
        }
    }
}
