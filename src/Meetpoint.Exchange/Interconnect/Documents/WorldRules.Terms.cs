using Meetpoint.Exchange.Settlement;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: agreements, routes and tariffs.</summary>
sealed partial class WorldRules
{
    void CheckAgreements()
    {
        for (var i = 0; i < _document.Agreements.Length; i++)
            CheckAgreement($"/agreements/{i}", _document.Agreements[i]);
        CheckOverlaps();
    }

    void CheckAgreement(string at, Agreement agreement)
    {
        if (agreement.Parties.Length != 2 || agreement.Parties[0] == agreement.Parties[1])
            Add($"{at}/parties", "parties", "an agreement has two different parties", "name two providers");
        for (var p = 0; p < agreement.Parties.Length; p++)
            Refers($"{at}/parties/{p}", agreement.Parties[p], _providers, "provider");
        Range($"{at}/version", agreement.Version, 1, int.MaxValue);
        TimeZone($"{at}/timeZone", agreement.TimeZone);
        if (agreement.ValidFrom is { } from && agreement.ValidUntil is { } until && until <= from)
            Add($"{at}/validUntil", "dates-reversed", "the agreement ends before it begins", "make 'validUntil' later than 'validFrom'");
        for (var t = 0; t < agreement.TestAccounts.Length; t++)
            Address($"{at}/testAccounts/{t}", agreement.TestAccounts[t], AddressForm.Mailbox, AddressForm.Number);
        if (agreement.Stage == AgreementStage.Trial && agreement.TestAccounts.IsEmpty)
            Add($"{at}/testAccounts", "missing", "a trial carries only the test accounts that it names", "name at least one");
        if (agreement.Services.Select(term => term.Service).Distinct().Count() != agreement.Services.Length)
            Add($"{at}/services", "duplicate-service", "a service is named twice", "name each once, with its direction");
        if (agreement.Services.IsEmpty && agreement.Stage is not (AgreementStage.Draft or AgreementStage.Ended))
            Add($"{at}/services", "missing", "the agreement covers no service", "name at least one");
        CheckLimits($"{at}/aToB", agreement.AToB);
        CheckLimits($"{at}/bToA", agreement.BToA);
        if (agreement.Tolerance.Octets < 0)
            Add($"{at}/tolerance/octets", "out-of-range", $"{agreement.Tolerance.Octets} is no number of octets", "use 0 or more, or leave it out");
        Range($"{at}/tolerance/seconds", agreement.Tolerance.Seconds, 0, 3_600);
        Range($"{at}/calls/sessionSeconds", agreement.Calls.SessionSeconds, 90, CallTerms.MaxSessionSeconds);
        Range($"{at}/tolerance/perMille", agreement.Tolerance.PerMille, 0, 1_000);
        for (var p = 0; p < agreement.Profiles.Length; p++)
            Refers($"{at}/profiles/{p}", agreement.Profiles[p], _profiles.Contains, _profiles, "equipment profile");
        if (agreement.Parties.Length == 2)
        {
            CheckOpening($"{at}/openedByA", agreement.OpenedByA, agreement.Parties[0]);
            CheckOpening($"{at}/openedByB", agreement.OpenedByB, agreement.Parties[1]);
        }

        if (agreement.Roaming is { } roaming)
            CheckRoamingTerms($"{at}/roaming", roaming, agreement.Parties);
        for (var c = 0; c < agreement.Charges.Length; c++)
            CheckCharge($"{at}/charges/{c}", agreement.Charges[c], agreement);
    }

    void CheckLimits(string at, DirectionLimits limits)
    {
        Limit("meetings", limits.Meetings);
        Limit("ports", limits.Ports);
        Limit("callsPerSecond", limits.CallsPerSecond);

        void Limit(string name, int? value)
        {
            if (value < 0)
                Add($"{at}/{name}", "negative-limit", $"{value} is no limit", "use 0 or more, or leave it out for no limit");
        }
    }

    /// <summary>
    /// Both sides hold the same agreement, word for word, but each knows its own customers only: what the other side opens is its to check.
    /// </summary>
    void CheckOpening(string at, DirectoryOpening opening, string party)
    {
        if (_organisations.Keys.All(organisation => ProviderOf(organisation) != party))
            return;
        for (var i = 0; i < opening.Organisations.Length; i++)
        {
            if (Refers($"{at}/organisations/{i}", opening.Organisations[i], _organisations, "organisation") && ProviderOf(opening.Organisations[i]) != party)
                Add($"{at}/organisations/{i}", "not-its-own", $"'{opening.Organisations[i]}' is no customer of '{party}'", "a party opens its own customers only");
        }

        for (var i = 0; i < opening.Endpoints.Length; i++)
        {
            if (!Refers($"{at}/endpoints/{i}", opening.Endpoints[i], _endpoints, "endpoint"))
                continue;
            var endpoint = _endpoints[opening.Endpoints[i]];
            var organisation = endpoint.User is { } user ? _users.GetValueOrDefault(user)?.Organisation : endpoint.Organisation;
            if (ProviderOf(organisation) != party)
                Add($"{at}/endpoints/{i}", "not-its-own", $"'{endpoint.Id}' is no endpoint of '{party}'", "a party opens its own rooms only");
        }
    }

    void CheckCharge(string at, ChargeLeg leg, Agreement agreement)
    {
        if (leg.Payer.Length > 0 && leg.Payee.Length > 0)
        {
            if (!agreement.Parties.Contains(leg.Payer))
                Add($"{at}/payer", "not-a-party", $"'{leg.Payer}' is no party of the agreement", $"name one of: {string.Join(", ", agreement.Parties)}");
            if (!agreement.Parties.Contains(leg.Payee))
                Add($"{at}/payee", "not-a-party", $"'{leg.Payee}' is no party of the agreement", $"name one of: {string.Join(", ", agreement.Parties)}");
            if (leg.Payer == leg.Payee)
                Add($"{at}/payee", "pays-itself", $"'{leg.Payer}' would pay itself", "name the other party");
        }

        if (leg.CustomersOf is { } customersOf && !agreement.Parties.Contains(customersOf))
            Add($"{at}/customersOf", "not-a-party", $"'{customersOf}' is no party of the agreement", $"name one of: {string.Join(", ", agreement.Parties)}");
        if (leg.CustomersOf is not null && leg.Unit is ChargeUnit.CascadeMinute or ChargeUnit.Meeting)
            Add($"{at}/customersOf", "no-customers", "only participants, who calls and who roams are somebody's customers", "leave it out");
        if (Refers($"{at}/tariff", leg.Tariff, _tariffs, "tariff") && !_tariffs[leg.Tariff].Covers(leg.Unit))
            Add($"{at}/tariff", "no-rate", $"tariff '{leg.Tariff}' has no rate for {KebabEnum<ChargeUnit>.Word(leg.Unit)}", "add the rate to the tariff");
    }

    void CheckOverlaps()
    {
        var pairs = _document.Agreements
            .Select((agreement, index) => (agreement, index))
            .Where(item => item.agreement.Parties.Length == 2 && item.agreement.Stage is not (AgreementStage.Draft or AgreementStage.Ended))
            .GroupBy(item => string.CompareOrdinal(item.agreement.Parties[0], item.agreement.Parties[1]) < 0
                ? (item.agreement.Parties[0], item.agreement.Parties[1]) : (item.agreement.Parties[1], item.agreement.Parties[0]));
        foreach (var pair in pairs)
        {
            (Agreement Agreement, Instant Until)? last = null;
            foreach (var (agreement, index) in pair.OrderBy(item => item.agreement.ValidFrom ?? Instant.MinValue))
            {
                if (last is { } before && (agreement.ValidFrom ?? Instant.MinValue) < before.Until)
                {
                    Add($"/agreements/{index}", "overlap", $"'{agreement.Id}' and '{before.Agreement.Id}' of the same parties are in force at one time",
                        "end one before the other begins, or make them one");
                }

                var until = agreement.ValidUntil ?? Instant.MaxValue;
                if (last is null || until > last.Value.Until)
                    last = (agreement, until);
            }
        }
    }

    void CheckRoutes()
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var r = 0; r < _document.Routes.Length; r++)
        {
            var route = _document.Routes[r];
            var at = $"/routes/{r}";
            if (new[] { route.Address, route.Domain, route.Prefix }.Count(key => key is not null) != 1)
                Add(at, "route-key", "a route has one key", "set one of 'address', 'domain' and 'prefix'");
            if (Address($"{at}/address", route.Address, AddressForm.Mailbox, AddressForm.Number) is { } address)
                Unique($"{at}/address", address, keys, "address");
            if (Address($"{at}/domain", route.Domain, AddressForm.Domain) is { } domain)
                Unique($"{at}/domain", domain, keys, "domain");
            if (route.Prefix is { } prefix)
                CheckPrefix($"{at}/prefix", prefix, prefixes);
            Refers($"{at}/provider", route.Provider, _providers, "provider");
            if (route.Provider is null && !route.Candidates.IsEmpty && route.Candidates.All(candidate => candidate.Enum is not null)
                && !_document.Providers.Any(provider => provider.Prefixes.Any(prefix => route.Prefix?.StartsWith(prefix, StringComparison.Ordinal) == true)))
                Add($"{at}/provider", "missing", "nothing says whose the numbers are that are looked up", "add 'provider', or a neighbour as further candidate");
            if (route.Candidates.IsEmpty || route.Candidates.Length > Route.MaxCandidates)
                Add($"{at}/candidates", "candidates", $"{route.Candidates.Length} candidates", $"give 1 to {Route.MaxCandidates}");
            for (var c = 0; c < route.Candidates.Length; c++)
            {
                CheckWay($"{at}/candidates/{c}", route, route.Candidates[c]);
                for (var p = 0; p < route.Candidates[c].Path.Length; p++)
                    Address($"{at}/candidates/{c}/path/{p}", route.Candidates[c].Path[p], AddressForm.Domain);
            }
        }
    }

    void CheckWay(string at, Route route, RouteCandidate candidate)
    {
        if (candidate.Via is null == candidate.Enum is null)
            Add(at, "candidate", "a candidate is one way", "set either 'via' or 'enum'");
        if (candidate.Via != Route.Local)
            Refers($"{at}/via", candidate.Via, _neighbours, "neighbour");
        Address($"{at}/enum", candidate.Enum, AddressForm.Domain);
        if (candidate.Enum is not null && route.Prefix is null && route.Address is not ['+', ..])
            Add($"{at}/enum", "not-a-number", "only numbers are looked up by ENUM", "give the route a 'prefix', or a number as 'address'");
        if (candidate.AnyDomain && candidate.Enum is null)
            Add($"{at}/anyDomain", "not-enum", "only a look-up by ENUM leads to domains", "take 'anyDomain' out, or set 'enum'");
    }

    void CheckTariffs()
    {
        for (var t = 0; t < _document.Tariffs.Length; t++)
        {
            var tariff = _document.Tariffs[t];
            var at = $"/tariffs/{t}";
            if (tariff.Currency.Length > 0 && !Currencies.IsKnown(tariff.Currency))
                Add($"{at}/currency", "unknown-currency", $"'{tariff.Currency}' is no currency", "use a code of ISO 4217 such as EUR");
            Range($"{at}/decimals", tariff.Decimals, 0, Tariff.MaxDecimals);
            if (tariff.Rates.Select(rate => rate.Unit).Distinct().Count() != tariff.Rates.Length)
                Add($"{at}/rates", "duplicate-rate", "a unit has two rates", "give each unit one rate");
            for (var r = 0; r < tariff.Rates.Length; r++)
            {
                var rate = tariff.Rates[r];
                Price($"{at}/rates/{r}/price", rate.Price);
                Price($"{at}/rates/{r}/setUpFee", rate.SetUpFee);
                Range($"{at}/rates/{r}/incrementSeconds", rate.IncrementSeconds, 1, 86_400);
                Range($"{at}/rates/{r}/minimumSeconds", rate.MinimumSeconds, 0, 86_400);
                CheckVolume($"{at}/rates/{r}", rate);
            }
        }

        void Price(string path, decimal price)
        {
            if (price is < 0 or > Tariff.MaxPrice)
                Add(path, "out-of-range", FormattableString.Invariant($"{price} is no price"), FormattableString.Invariant($"use 0 to {Tariff.MaxPrice}"));
        }
    }
}
