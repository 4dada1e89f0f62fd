using System.Collections.Immutable;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The rules of a world document, one pass that notes every breach. This part: names, references and the syntax of values.</summary>
sealed partial class WorldRules
{
    const int MaxIdLength = 64;

    readonly WorldDocument _document;
    readonly List<Fault> _faults;
    readonly Dictionary<string, Provider> _providers;
    readonly Dictionary<string, Organisation> _organisations;
    readonly Dictionary<string, User> _users;
    readonly Dictionary<string, Endpoint> _endpoints;
    readonly HashSet<string> _profiles;
    readonly Dictionary<string, Neighbour> _neighbours;
    readonly Dictionary<string, Settlement.Tariff> _tariffs;
    readonly Dictionary<string, string> _domainOwners = new(StringComparer.Ordinal);

    public WorldRules(WorldDocument document, List<Fault> faults)
    {
        _document = document;
        _faults = faults;
        _providers = Index("/providers", document.Providers, provider => provider.Id);
        _organisations = Index("/organisations", document.Organisations, organisation => organisation.Id);
        _users = Index("/users", document.Users, user => user.Id);
        _endpoints = Index("/endpoints", document.Endpoints, endpoint => endpoint.Id);
        Index("/presenceLists", document.PresenceLists, list => list.Id);
        _profiles = [.. EquipmentProfile.BuiltIn.Select(profile => profile.Id), .. Index("/profiles", document.Profiles, profile => profile.Id).Keys];
        _neighbours = Index("/neighbours", document.Neighbours, neighbour => neighbour.Id);
        Index("/agreements", document.Agreements, agreement => agreement.Id);
        Index("/routes", document.Routes, route => route.Id);
        _tariffs = Index("/tariffs", document.Tariffs, tariff => tariff.Id);
    }

    public void Check()
    {
        CheckProviders();
        CheckCustomers();
        CheckPresenceLists();
        CheckProfiles();
        CheckNeighbours();
        CheckAgreements();
        CheckRoutes();
        CheckTariffs();
    }

    Dictionary<string, T> Index<T>(string path, ImmutableArray<T> items, Func<T, string> idOf)
    {
        var index = new Dictionary<string, T>(items.Length, StringComparer.Ordinal);
        for (var i = 0; i < items.Length; i++)
        {
            var id = idOf(items[i]);
            if (id.Length == 0)
                continue; // already a fault
            if (id.Length > MaxIdLength || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.') || !char.IsAsciiLetterOrDigit(id[0]))
                Add($"{path}/{i}/id", "bad-id", $"'{id}' is no id", $"use 1 to {MaxIdLength} of a-z, 0-9, '-', '_' and '.', a letter or digit first");
            if (!index.TryAdd(id, items[i]))
                Add($"{path}/{i}/id", "duplicate-id", $"'{id}' is there already", "give each its own id");
        }

        return index;
    }

    void Add(string path, string code, string message, string mend) => _faults.Add(new Fault(path, code, message, mend));

    bool Refers<T>(string path, string? id, Dictionary<string, T> to, string what) => Refers(path, id, to.ContainsKey, to.Keys, what);

    bool Refers(string path, string? id, Func<string, bool> isKnown, IEnumerable<string> known, string what)
    {
        if (string.IsNullOrEmpty(id) || isKnown(id))
            return !string.IsNullOrEmpty(id);
        Add(path, "unknown-reference", $"there is no {what} '{id}'",
            NearestWord.Find(id, known.Take(1_000)) is { } near ? $"did you mean '{near}'?" : $"add the {what}, or name one that there is");
        return false;
    }

    /// <summary>The canonical form when it has one of the wanted shapes; a fault otherwise.</summary>
    string? Address(string path, string? text, params ReadOnlySpan<AddressForm> wanted)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var canonical = AddressText.Canonical(text, out var form);
        if (canonical is not null && wanted.Contains(form))
            return canonical;
        var expected = wanted[0] switch
        {
            AddressForm.Domain => "a domain such as albion.example",
            AddressForm.Number => $"a number such as +442079460000 (E.164: '+' and 1 to {AddressText.MaxDigits} digits)",
            _ => "an address such as alice@albion.example",
        };
        Add(path, "bad-address", $"'{text}' is not {expected}", $"write {expected}");
        return null;
    }

    void TimeZone(string path, string zone)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            Add(path, "unknown-time-zone", $"'{zone}' is no time zone", "use a name of the tz database such as Europe/London");
    }

    void Range(string path, long value, long low, long high)
    {
        if (value < low || value > high)
            Add(path, "out-of-range", $"{value} is out of range", $"use {low} to {high}");
    }

    void Unique(string path, string key, Dictionary<string, string> owners, string what)
    {
        if (!owners.TryAdd(key, path))
            Add(path, "duplicate-address", $"the {what} '{key}' is given at {owners[key]} already", $"leave it at one of the two");
    }

    static bool IsUri(string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme);
}
