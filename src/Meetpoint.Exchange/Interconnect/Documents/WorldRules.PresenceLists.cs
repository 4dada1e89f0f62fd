using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: presence of people, and lists of them.</summary>
sealed partial class WorldRules
{
    void CheckPresence(string at, UserPresence presence)
    {
        if (presence.Systems.Length > UserPresence.MaxSystems)
            Add($"{at}/systems", "too-many", $"{presence.Systems.Length} systems", $"keep to {UserPresence.MaxSystems}");
        for (var i = 0; i < presence.Systems.Length; i++)
        {
            Refers($"{at}/systems/{i}/neighbour", presence.Systems[i].Neighbour, _neighbours, "neighbour");
            if (presence.Systems[i].Address is { } address)
                Address($"{at}/systems/{i}/address", address, AddressForm.Mailbox, AddressForm.Number);
        }

        if (presence.Systems.Select(system => system.Neighbour).Distinct(StringComparer.Ordinal).Count() != presence.Systems.Length)
            Add($"{at}/systems", "duplicate-system", "a system is named twice", "name each once");
        CheckAudience($"{at}/allow", presence.Allow, UserPresence.MaxEntries);
        CheckAudience($"{at}/block", presence.Block, UserPresence.MaxEntries);
    }

    void CheckPresenceLists()
    {
        if (_document.PresenceLists.IsEmpty)
            return;
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _document.Users.Length; i++)
            Taken(_document.Users[i].Sip, $"/users/{i}/sip");
        for (var i = 0; i < _document.Endpoints.Length; i++)
            Taken(_document.Endpoints[i].Sip, $"/endpoints/{i}/sip");
        for (var i = 0; i < _document.PresenceLists.Length; i++)
        {
            var list = _document.PresenceLists[i];
            var at = $"/presenceLists/{i}";
            Refers($"{at}/provider", list.Provider, _providers, "provider");
            if (Address($"{at}/address", list.Address, AddressForm.Mailbox) is { } address)
            {
                Unique($"{at}/address", address, addresses, "address");
                Owned($"{at}/address", address, list.Provider);
            }

            if (list.Members.Length > PresenceList.MaxMembers)
                Add($"{at}/members", "too-many", $"{list.Members.Length} members", $"keep to {PresenceList.MaxMembers}");
            var members = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var m = 0; m < list.Members.Length; m++)
            {
                if (Address($"{at}/members/{m}", list.Members[m], AddressForm.Mailbox, AddressForm.Number) is { } member)
                    Unique($"{at}/members/{m}", member, members, "member");
            }

            CheckAudience($"{at}/allow", list.Allow, PresenceList.MaxAllowed);
        }

        void Taken(string sip, string at)
        {
            if (AddressText.Canonical(sip, out _) is { } canonical)
                addresses.TryAdd(canonical, at);
        }
    }

    void CheckAudience(string at, ImmutableArray<string> entries, int atMost)
    {
        if (entries.Length > atMost)
            Add(at, "too-many", $"{entries.Length} entries", $"keep to {atMost}");
        for (var i = 0; i < entries.Length; i++)
        {
            if (!_providers.ContainsKey(entries[i]) && AddressText.Canonical(entries[i], out _) is null)
                Add($"{at}/{i}", "unknown-reference", $"'{entries[i]}' is no address, domain or provider", "name a provider, a domain or an address");
        }
    }
}
