using System.Collections.Immutable;
using System.Net;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: providers, customers, equipment and neighbours.</summary>
sealed partial class WorldRules
{
    const int IdentityKeyLength = 43; // SHA-256 in base64url without padding

    void CheckProviders()
    {
        var domains = new Dictionary<string, string>(StringComparer.Ordinal);
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        var realms = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var p = 0; p < _document.Providers.Length; p++)
        {
            var provider = _document.Providers[p];
            var at = $"/providers/{p}";
            Address($"{at}/exchange", provider.Exchange, AddressForm.Domain);
            for (var i = 0; i < provider.Domains.Length; i++)
            {
                if (Address($"{at}/domains/{i}", provider.Domains[i], AddressForm.Domain) is not { } domain)
                    continue;
                Unique($"{at}/domains/{i}", domain, domains, "domain");
                _domainOwners.TryAdd(domain, provider.Id);
            }

            for (var i = 0; i < provider.Prefixes.Length; i++)
                CheckPrefix($"{at}/prefixes/{i}", provider.Prefixes[i], prefixes);
            for (var i = 0; i < provider.Numbers.Length; i++)
            {
                if (Address($"{at}/numbers/{i}", provider.Numbers[i], AddressForm.Number) is { } number)
                    Unique($"{at}/numbers/{i}", number, numbers, "number");
            }

            CheckNumbering($"{at}/numbering", provider.Numbering);
            CheckEmergency($"{at}/emergency", provider);
            CheckRoaming(at, provider, realms);
        }
    }

    void CheckPrefix(string path, string prefix, Dictionary<string, string> seen)
    {
        if (prefix is not ['+', .. var digits] || digits.Length is 0 or > AddressText.MaxDigits || !digits.All(char.IsAsciiDigit))
            Add(path, "bad-prefix", $"'{prefix}' is no E.164 prefix", $"write '+' and 1 to {AddressText.MaxDigits} digits, in quotes");
        else
            Unique(path, prefix, seen, "prefix");
    }

    void CheckCustomers()
    {
        for (var i = 0; i < _document.Organisations.Length; i++)
            Refers($"/organisations/{i}/provider", _document.Organisations[i].Provider, _providers, "provider");

        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        var userAddresses = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _document.Users.Length; i++)
        {
            var user = _document.Users[i];
            var at = $"/users/{i}";
            Refers($"{at}/organisation", user.Organisation, _organisations, "organisation");
            TimeZone($"{at}/timeZone", user.TimeZone);
            if (user.Mail is not null)
                Address($"{at}/mail", user.Mail, AddressForm.Mailbox);
            if (Address($"{at}/sip", user.Sip, AddressForm.Mailbox) is not { } sip)
                continue;
            Unique($"{at}/sip", sip, userAddresses, "address");
            Owned($"{at}/sip", sip, ProviderOf(user.Organisation));
            CheckPresence($"{at}/presence", user.Presence);
        }

        for (var i = 0; i < _document.Endpoints.Length; i++)
            CheckEndpoint($"/endpoints/{i}", _document.Endpoints[i], addresses, userAddresses);
    }

    void CheckEndpoint(string at, Endpoint endpoint, Dictionary<string, string> addresses, Dictionary<string, string> userAddresses)
    {
        if (endpoint.User is null == endpoint.Organisation is null)
            Add(at, "owner", "an endpoint has one owner", "set either 'user' or 'organisation'");
        Refers($"{at}/user", endpoint.User, _users, "user");
        Refers($"{at}/organisation", endpoint.Organisation, _organisations, "organisation");
        Refers($"{at}/profile", endpoint.Profile, _profiles.Contains, _profiles, "equipment profile");
        Range($"{at}/screens", endpoint.Screens, 0, 16);
        var owner = endpoint.User is { } user ? _users.GetValueOrDefault(user) : null;
        if (Address($"{at}/sip", endpoint.Sip, AddressForm.Mailbox) is { } sip)
        {
            Unique($"{at}/sip", sip, addresses, "address");
            Owned($"{at}/sip", sip, ProviderOf(owner?.Organisation ?? endpoint.Organisation));
            // A user's own phone may answer to the user's own address, and to no one else's.
            if (userAddresses.TryGetValue(sip, out var taken) && (owner is null || AddressText.Canonical(owner.Sip, out _) != sip))
                Add($"{at}/sip", "duplicate-address", $"the address '{sip}' is given at {taken} already", "leave it at one of the two");
        }

        if (Address($"{at}/number", endpoint.Number, AddressForm.Number) is { } number)
            Unique($"{at}/number", number, addresses, "number");
        if (endpoint.Contact is { } contact && !IsUri(contact, "sip", "sips"))
            Add($"{at}/contact", "bad-uri", $"'{contact}' is no SIP URI", "write a URI such as sip:room@192.0.2.7:5060");
        for (var w = 0; w < endpoint.WhiteList.Length; w++)
        {
            var entry = endpoint.WhiteList[w];
            if (!_providers.ContainsKey(entry) && (AddressText.Canonical(entry, out var form) is null || (form == AddressForm.Domain && !entry.Contains('.', StringComparison.Ordinal))))
                Add($"{at}/whiteList/{w}", "unknown-reference", $"'{entry}' is no address, domain or provider", "name a provider, a domain or an address");
        }
    }

    string? ProviderOf(string? organisation) => organisation is null ? null : _organisations.GetValueOrDefault(organisation)?.Provider;

    void Owned(string path, string address, string? provider)
    {
        if (provider is null || !_providers.ContainsKey(provider))
            return;
        var domain = address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..];
        if (_domainOwners.GetValueOrDefault(domain) != provider)
            Add(path, "address-not-owned", $"'{domain}' is no domain of provider '{provider}'", "use one of its domains, or add the domain to the provider");
    }

    void CheckProfiles()
    {
        if (_profiles.Count > EquipmentProfile.MaxProfiles)
            Add("/profiles", "too-many", $"{_profiles.Count} profiles with the built-in ones", $"keep to {EquipmentProfile.MaxProfiles}");
        for (var i = 0; i < _document.Profiles.Length; i++)
        {
            Range($"/profiles/{i}/cameras", _document.Profiles[i].Cameras, 1, EquipmentProfile.MaxCameras);
            Range($"/profiles/{i}/screens", _document.Profiles[i].Screens, 1, EquipmentProfile.MaxCameras);
            if (_document.Profiles[i].Codecs.Distinct(StringComparer.OrdinalIgnoreCase).Count() != _document.Profiles[i].Codecs.Length)
                Add($"/profiles/{i}/codecs", "duplicate-codec", "a codec is named twice", "name each once");
        }
    }

    void CheckNeighbours()
    {
        var tlsNames = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _document.Neighbours.Length; i++)
        {
            var neighbour = _document.Neighbours[i];
            var at = $"/neighbours/{i}";
            Refers($"{at}/provider", neighbour.Provider, _providers, "provider");
            Refers($"{at}/profile", neighbour.Profile, _profiles.Contains, _profiles, "equipment profile");
            for (var s = 0; s < neighbour.SpeaksFor.Length; s++)
                Refers($"{at}/speaksFor/{s}", neighbour.SpeaksFor[s], _providers, "provider");
            if (neighbour.SipUri is { } uri && !IsUri(uri, "sip", "sips"))
                Add($"{at}/sipUri", "bad-uri", $"'{uri}' is no SIP URI", "write a URI such as sip:liberty.example;transport=tls");
            for (var n = 0; n < neighbour.TlsNames.Length; n++)
            {
                if (Address($"{at}/tlsNames/{n}", neighbour.TlsNames[n], AddressForm.Domain) is { } name)
                    Unique($"{at}/tlsNames/{n}", name, tlsNames, "TLS name");
            }

            CheckNumbering($"{at}/numbering", neighbour.Numbering);
            CheckAuthorities($"{at}/tlsCa", neighbour);
            for (var s = 0; s < neighbour.SourceAddresses.Length; s++)
            {
                if (!IPAddress.TryParse(neighbour.SourceAddresses[s], out _))
                    Add($"{at}/sourceAddresses/{s}", "bad-address", $"'{neighbour.SourceAddresses[s]}' is no IP address", "write an IPv4 or IPv6 address without port");
                else
                    Unique($"{at}/sourceAddresses/{s}", $"{neighbour.Listener} {neighbour.SourceAddresses[s]}", sources, "source address");
            }

            if (neighbour.Presence.MessagesPerSecond is { } pace)
                Range($"{at}/presence/messagesPerSecond", pace, 0, 100_000);
            if (neighbour.Presence.Csta && (neighbour.Kind != NeighbourKind.SipTrunk || neighbour.SipUri is null))
                Add($"{at}/presence/csta", "no-gateway", "nothing says where the call control takes uaCSTA", "set 'sipUri' on a neighbour of the kind sip-trunk");
            if (neighbour.Radius is not null && neighbour.Kind is not (NeighbourKind.Radius or NeighbourKind.Exchange))
                Add($"{at}/radius", "not-of-radius", "only a neighbour of the kind radius or exchange speaks it", "take 'radius' out, or set 'kind: radius'");
            if (neighbour is { Kind: NeighbourKind.Exchange, Radius: { } between })
                CheckRadiusTls(at, neighbour, between);
            if (neighbour.Kind == NeighbourKind.Exchange)
                CheckExchange(at, neighbour);
            else if (neighbour.Kind == NeighbourKind.Xmpp)
                CheckXmpp(at, neighbour);
            else if (neighbour.Kind == NeighbourKind.Radius)
                CheckRadius(at, neighbour);
            else if (neighbour.TlsNames.IsEmpty && (neighbour.SourceAddresses.IsEmpty || neighbour.Listener is null))
                Add(at, "not-identified", "nothing says how this trunk is known", "set 'tlsNames', or 'listener' and 'sourceAddresses'");
        }
    }

    /// <summary>An XMPP server is known by its certificate, or by dialback; never by where it stands.</summary>
    void CheckXmpp(string at, Neighbour neighbour)
    {
        if (neighbour.Listener is not null || !neighbour.SourceAddresses.IsEmpty || neighbour.SipUri is not null)
            Add(at, "not-of-xmpp", "an XMPP server has neither 'listener', 'sourceAddresses' nor 'sipUri'", "take them out, and name its host in 'xmppHost' where DNS does not");
        if (neighbour.XmppHost is { } host && !Uri.TryCreate($"xmpp://{host}", UriKind.Absolute, out _))
            Add($"{at}/xmppHost", "bad-host", $"'{host}' is no host", "write a host, with its port where it is not 5269");
    }

    void CheckAuthorities(string at, Neighbour neighbour)
    {
        if (neighbour.TlsCa is null)
            return;
        if (neighbour.Kind == NeighbourKind.Exchange)
            Add(at, "authority-of-nni", "an exchange is known by its pinned key, whoever vouches for it", "take 'tlsCa' out");
        else if (neighbour.TlsNames.IsEmpty && neighbour.Radius?.Discover is null)
            Add(at, "authority-without-name", "nothing says which names the authorities vouch for", "set 'tlsNames'");
        try
        {
            _ = TrustedPem.Parse(neighbour.TlsCa);
        }
        catch (FormatException error)
        {
            Add(at, "bad-certificate", $"this is no certificate: {error.Message}", "write certificates in PEM, or name their file in 'tlsCaFile'");
        }
    }

    void CheckExchange(string at, Neighbour neighbour)
    {
        if (neighbour.Exchange is null)
            Add($"{at}/exchange", "missing", "'exchange' is missing", "add the domain name of the other exchange");
        Address($"{at}/exchange", neighbour.Exchange, AddressForm.Domain);
        if (neighbour.IdentityKey is not { Length: IdentityKeyLength } key || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            Add($"{at}/identityKey", "bad-key", "an exchange is known by the thumbprint of its identity key", "add what `meetpoint identity` prints over there");
        if (neighbour.NniUrl is null || !IsUri(neighbour.NniUrl, "https"))
            Add($"{at}/nniUrl", "bad-uri", $"'{neighbour.NniUrl}' is no https URL", "add a URL such as https://nni.liberty.example:8443/");
        if (neighbour.Listener is not null || !neighbour.SourceAddresses.IsEmpty)
            Add(at, "unauthenticated-nni", "an NNI is never known by its address", "take 'listener' and 'sourceAddresses' out");
    }
}
