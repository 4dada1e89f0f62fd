using System.Text.Json.Nodes;
using Meetpoint.Exchange.Settlement;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Reads the shape of a world document; what the values mean together is <see cref="WorldValidator"/>'s.</summary>
static class WorldReader
{
    public static WorldDocument Read(JsonObject root, List<Fault> faults)
    {
        var reader = new ObjectReader(root, "", faults);
        var document = new WorldDocument
        {
            Providers = reader.Objects("providers", Provider),
            Organisations = reader.Objects("organisations", Organisation),
            Users = reader.Objects("users", User),
            Endpoints = reader.Objects("endpoints", Endpoint),
            PresenceLists = reader.Objects("presenceLists", PresenceList),
            Profiles = reader.Objects("profiles", Profile),
            Neighbours = reader.Objects("neighbours", Neighbour),
            Agreements = reader.Objects("agreements", Agreement),
            Routes = reader.Objects("routes", Route),
            Tariffs = reader.Objects("tariffs", Tariff),
        };
        reader.Close();
        return document;
    }

    static Provider Provider(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Name = o.Text("name"),
        Domains = o.Texts("domains"),
        Exchange = o.Text("exchange"),
        Prefixes = o.Texts("prefixes"),
        Numbers = o.Texts("numbers"),
        Numbering = o.Object("numbering", Numbering),
        Recording = o.Word<RecordingPermission>("recording", RecordingPermission.None),
        Emergency = o.Texts("emergency"),
        Realms = o.Objects("realms", Realm),
        RoamingConsortia = [.. o.Texts("roamingConsortia").Select(id => id.ToLowerInvariant())],
    };

    static Realm Realm(ObjectReader o) => new() { Name = o.Text("name").ToLowerInvariant(), Eap = o.Words<EapMethod>("eap") };

    static Numbering Numbering(ObjectReader o) => new()
    {
        Country = o.OptionalText("country"),
        NationalPrefix = o.TextOr("nationalPrefix", ""),
        InternationalPrefixes = o.Texts("internationalPrefixes"),
        AreaCode = o.OptionalText("areaCode"),
        MinDigits = o.OptionalInt("minDigits"),
        MaxDigits = o.OptionalInt("maxDigits"),
        ShortCodes = o.Texts("shortCodes"),
        EmergencyCodes = o.Texts("emergencyCodes"),
        PhoneContexts = o.Texts("phoneContexts"),
        RoutingNumbers = o.Flag("routingNumbers"),
    };

    static Organisation Organisation(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Provider = o.Text("provider"),
        Name = o.Text("name"),
        Listed = o.Flag("listed"),
    };

    static User User(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Organisation = o.Text("organisation"),
        Name = o.Text("name"),
        Sip = o.Text("sip"),
        Mail = o.OptionalText("mail"),
        TimeZone = o.TextOr("timeZone", "Etc/UTC"),
        Presence = o.Object("presence", UserPresence) ?? new(),
    };

    static Endpoint Endpoint(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        User = o.OptionalText("user"),
        Organisation = o.OptionalText("organisation"),
        Kind = o.Word<EndpointKind>("kind"),
        Name = o.Text("name"),
        Sip = o.Text("sip"),
        Contact = o.OptionalText("contact"),
        Digest = o.Object("digest", digest => new DigestCredentials { User = digest.Text("user"), Secret = digest.Text("secret") }),
        Profile = o.TextOr("profile", EquipmentProfile.GenericId),
        Screens = o.Int("screens", 0),
        Number = o.OptionalText("number"),
        WhiteList = o.Texts("whiteList"),
        Listed = o.Flag("listed"),
    };

    static PresenceList PresenceList(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Provider = o.Text("provider"),
        Name = o.Text("name"),
        Address = o.Text("address"),
        Members = o.Texts("members"),
        Allow = o.Texts("allow"),
    };

    static EquipmentProfile Profile(ObjectReader o)
    {
        var profile = new EquipmentProfile { Id = o.Text("id"), Name = o.Text("name") };
        var codecs = o.Texts("codecs");
        var digest = o.Texts("digest");
        return profile with
        {
            Codecs = codecs.IsEmpty ? profile.Codecs : codecs,
            Digest = digest.IsEmpty ? profile.Digest : digest,
            Dtmf = o.Word<DtmfMode>("dtmf", profile.Dtmf),
            Srtp = o.Word<SrtpMode>("srtp", profile.Srtp),
            Presence = o.Word<PresenceStyle>("presence", profile.Presence),
            Prack = o.Flag("prack", profile.Prack),
            SessionTimers = o.Flag("sessionTimers", profile.SessionTimers),
            Update = o.Flag("update", profile.Update),
            LateOffer = o.Flag("lateOffer", profile.LateOffer),
            Content = o.Word<ContentMode>("content", profile.Content),
            EarlyMedia = o.Flag("earlyMedia", profile.EarlyMedia),
            Cameras = o.Int("cameras", profile.Cameras),
            Screens = o.Int("screens", profile.Screens),
            Fragments = o.Flag("fragments", profile.Fragments),
            Clue = o.Word<ClueMode>("clue", profile.Clue),
        };
    }

    static Neighbour Neighbour(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Provider = o.Text("provider"),
        Kind = o.Word<NeighbourKind>("kind"),
        Exchange = o.OptionalText("exchange"),
        IdentityKey = o.OptionalText("identityKey"),
        NniUrl = o.OptionalText("nniUrl"),
        SipUri = o.OptionalText("sipUri"),
        SipHosts = o.Texts("sipHosts"),
        TlsNames = o.Texts("tlsNames"),
        TlsCa = o.OptionalText("tlsCa"),
        SourceAddresses = o.Texts("sourceAddresses"),
        Listener = o.OptionalText("listener"),
        Profile = o.TextOr("profile", EquipmentProfile.GenericId),
        SpeaksFor = o.Texts("speaksFor"),
        Numbering = o.Object("numbering", Numbering),
        Identity = o.Word<IdentityTrust>("identity", IdentityTrust.Trusted),
        Presence = o.Object("presence", NeighbourPresence) ?? new(),
        XmppHost = o.OptionalText("xmppHost"),
        Dialback = o.Flag("dialback"),
        Radius = o.Object("radius", Radius),
    };

    static NeighbourRadius Radius(ObjectReader o) => new()
    {
        Secret = o.Has("secret") ? o.Text("secret") : null,
        Discover = o.OptionalWord<RadiusDiscovery>("discover"),
        Proof = o.Word<RadiusProof>("proof", RadiusProof.Realm),
        Policies = o.Texts("policies"),
        Servers = o.Texts("servers"),
        AccountingServers = o.Texts("accountingServers"),
        DynamicServers = o.Texts("dynamicServers"),
        Protection = o.Word<RadiusProtection>("protection", RadiusProtection.Required),
        StatusServer = o.Flag("statusServer", true),
        Version = o.OptionalText("version"),
    };

    static Agreement Agreement(ObjectReader o)
    {
        var zone = o.TextOr("timeZone", "Etc/UTC");
        return new Agreement
        {
            Id = o.Text("id"),
            Parties = o.Texts("parties"),
            Version = o.Int("version", 1),
            Stage = o.Word<AgreementStage>("stage"),
            TimeZone = zone,
            ValidFrom = Moment(o, "validFrom", zone),
            ValidUntil = Moment(o, "validUntil", zone),
            TestAccounts = o.Texts("testAccounts"),
            Services = o.Objects("services", term => new ServiceTerm
            {
                Service = term.Word<Service>("service"),
                Direction = term.Word<Direction>("direction", Direction.Both),
            }),
            AToB = o.Object("aToB", Limits) ?? new(),
            BToA = o.Object("bToA", Limits) ?? new(),
            Profiles = o.Texts("profiles"),
            OpenedByA = o.Object("openedByA", Opening) ?? new(),
            OpenedByB = o.Object("openedByB", Opening) ?? new(),
            Transit = o.Flag("transit"),
            Identity = o.OptionalWord<IdentityTrust>("identity"),
            FailOpen = o.Flag("failOpen"),
            Tolerance = o.Object("tolerance", Tolerance) ?? new(),
            Calls = o.Object("calls", Calls) ?? new(),
            Presence = o.Object("presence", Presence) ?? new(),
            Roaming = o.Object("roaming", Roaming),
            Recording = o.Word<RecordingPermission>("recording", RecordingPermission.None),
            Charges = o.Objects("charges", leg => new ChargeLeg
            {
                Unit = leg.Word<ChargeUnit>("unit"),
                Payer = leg.Text("payer"),
                Payee = leg.Text("payee"),
                Tariff = leg.Text("tariff"),
                CustomersOf = leg.OptionalText("customersOf"),
            }),
        };
    }

    static RoamingTerms Roaming(ObjectReader o) => new()
    {
        PriceAtA = o.OptionalText("priceAtA"),
        PriceAtB = o.OptionalText("priceAtB"),
        CapPerDay = o.OptionalText("capPerDay"),
        CapPerMonth = o.OptionalText("capPerMonth"),
        ExposureLimit = o.OptionalText("exposureLimit"),
        MaxSessionSeconds = o.OptionalInt("maxSessionSeconds"),
        MaxSessionOctets = o.OptionalLong("maxSessionOctets"),
        IdleSeconds = o.OptionalInt("idleSeconds"),
        InterimSeconds = o.OptionalInt("interimSeconds"),
        Discovery = o.Flag("discovery"),
        MaxSessions = o.OptionalInt("maxSessions"),
        RequestsPerSecond = o.OptionalInt("requestsPerSecond"),
        Cui = o.Word<CuiForm>("cui", CuiForm.Pseudonym),
        MaxUpBps = o.OptionalLong("maxUpBps"),
        MaxDownBps = o.OptionalLong("maxDownBps"),
        Rules = o.Objects("rules", RoamingRule) is { IsEmpty: false } rules ? rules : default,
    };

    static RoamingRule RoamingRule(ObjectReader o) => new()
    {
        Of = o.Word<RoamingPacket>("of"),
        Towards = o.OptionalText("towards"),
        KeepOnly = o.Texts("keepOnly"),
        Allow = o.Texts("allow"),
        Remove = o.Texts("remove"),
        Cap = o.Texts("cap"),
        Set = o.Texts("set"),
        Add = o.Texts("add"),
    };

    static DirectionLimits Limits(ObjectReader o) => new()
    {
        Meetings = o.OptionalInt("meetings"),
        Ports = o.OptionalInt("ports"),
        CallsPerSecond = o.OptionalInt("callsPerSecond"),
    };

    static DirectoryOpening Opening(ObjectReader o) => new() { Organisations = o.Texts("organisations"), Endpoints = o.Texts("endpoints") };

    static UsageTolerance Tolerance(ObjectReader o)
    {
        var usual = new UsageTolerance();
        return new() { Seconds = o.Int("seconds", usual.Seconds), PerMille = o.Int("perMille", usual.PerMille), Octets = o.OptionalLong("octets") };
    }

    static CallTerms Calls(ObjectReader o)
    {
        var usual = new CallTerms();
        return new()
        {
            Mode = o.Word<CallMode>("mode", usual.Mode),
            SessionSeconds = o.Int("sessionSeconds", usual.SessionSeconds),
            Transfers = o.Flag("transfers", usual.Transfers),
            Codecs = o.Texts("codecs"),
        };
    }

    static PresenceTerms Presence(ObjectReader o)
    {
        var usual = new PresenceTerms();
        return new()
        {
            ShownByA = o.Word<PresenceLevel>("shownByA", usual.ShownByA),
            ShownByB = o.Word<PresenceLevel>("shownByB", usual.ShownByB),
            Delegated = o.Flag("delegated"),
        };
    }

    static NeighbourPresence NeighbourPresence(ObjectReader o) => new()
    {
        Subscribe = o.Flag("subscribe", true),
        Publish = o.Word<PresencePublishing>("publish", PresencePublishing.None),
        MessagesPerSecond = o.OptionalInt("messagesPerSecond"),
        Csta = o.Flag("csta"),
    };

    static UserPresence UserPresence(ObjectReader o) => new()
    {
        Systems = o.Objects("systems", system => new PresenceSystem { Neighbour = system.Text("neighbour"), Address = system.OptionalText("address") }),
        Allow = o.Texts("allow"),
        Block = o.Texts("block"),
    };

    static Route Route(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Address = o.OptionalText("address"),
        Domain = o.OptionalText("domain"),
        Prefix = o.OptionalText("prefix"),
        Provider = o.OptionalText("provider"),
        Candidates = o.Objects("candidates", candidate => new RouteCandidate
        {
            Via = candidate.OptionalText("via"),
            Enum = candidate.OptionalText("enum"),
            AnyDomain = candidate.Flag("anyDomain"),
            Path = candidate.Texts("path"),
        }),
    };

    static Tariff Tariff(ObjectReader o)
    {
        var tariff = new Tariff { Id = o.Text("id"), Currency = o.Text("currency") };
        return tariff with
        {
            Rates = o.Objects("rates", Rate),
            Rounding = o.Word<RoundingRule>("rounding", tariff.Rounding),
            Decimals = o.Int("decimals", tariff.Decimals),
        };
    }

    static Rate Rate(ObjectReader o) => new()
    {
        Unit = o.Word<ChargeUnit>("unit"),
        Price = o.Decimal("price"),
        Per = o.Word<PriceBasis>("per"),
        IncrementSeconds = o.Int("incrementSeconds", 1),
        MinimumSeconds = o.Int("minimumSeconds", 0),
        SetUpFee = o.Decimal("setUpFee", 0m),
        IncrementOctets = o.OptionalLong("incrementOctets"),
        Counts = o.OptionalWord<VolumeCount>("counts"),
    };

    /// <summary>An instant, or a date: the start of that day in the agreement's zone.</summary>
    static Instant? Moment(ObjectReader o, string name, string zone)
    {
        if (o.OptionalText(name) is not { } text)
            return null;
        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant)
            return instant.Value;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date)
            return DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is { } known ? known.AtStartOfDay(date.Value).ToInstant() : null;
        o.Faults.Add(new Fault(o.Path(name), "bad-date", $"'{text}' is no date", "write a date such as 2026-01-01, or an instant such as 2026-01-01T00:00:00Z"));
        return null;
    }
}
