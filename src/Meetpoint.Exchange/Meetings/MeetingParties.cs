using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Who is who in meetings, by the world in force: people, rooms, the exchanges that serve them, and what agreements let them do.</summary>
/// <remarks>Thread safe; each call reads the world that is in force then.</remarks>
sealed class MeetingParties(Admission admission, MeetingAddresses addresses, IClock clock, TimeProvider time, RefusalWriter refusals)
{
    /// <summary>Letters that a mistyped address may differ by from the one that was meant.</summary>
    const int MaxTypos = 2;

    World World => admission.World;

    /// <summary>Domain name of this exchange.</summary>
    public string Self => World.Exchange;

    /// <summary>The provider that this exchange serves, when it serves one alone.</summary>
    public string? OwnProvider => World.Providers.Where(provider => provider.Exchange == Self).ToList() is [var only] ? only.Id : null;

    /// <summary>Ports that this exchange has in all.</summary>
    public long OwnPorts => addresses.Ports;

    /// <summary>A person by address: one of ours by record, or an address of a provider that is known here; null otherwise.</summary>
    public Invitee? Person(string address)
    {
        if (Find(address) is not { } destination)
            return null;
        var person = Invitee(address, destination, InviteeKind.Person);
        return destination.Provider.Exchange == Self
            ? destination.User is { } user ? person with { Name = user.Name, Mail = user.Mail } : null
            : person;
    }

    /// <summary>Why an address is nobody's that can be meant, for people.</summary>
    public string WhyUnknown(string address, string who)
    {
        if (!Canonical(address).Contains('@', StringComparison.Ordinal))
            return $"{who} '{address}' is no address; write it as alice@albion.example";
        if (Find(address) is not { } destination)
            return $"{who} {address} is nobody's customer: no provider that is known here has the domain {Canonical(address).Split('@')[^1]}";
        if (destination.Provider.Exchange != Self)
            return $"{who} {address} is a customer of {destination.Provider.Name}, whose own exchange has to ask";
        return destination.Endpoint is { Kind: EndpointKind.Room or EndpointKind.Bridge } ? $"{who} {address} is a room"
            : destination.User is not null ? $"{who} {address} is a person"
            : $"{destination.Provider.Name} has no {address}";
    }

    /// <summary>The address that someone who mistyped this one may have meant; null when none is near.</summary>
    public string? Nearest(string address)
    {
        var wanted = Canonical(address);
        if (Find(address)?.Provider is { } provider && provider.Exchange != Self)
            return null;
        var at = wanted.IndexOf('@', StringComparison.Ordinal);
        var domain = wanted[(at + 1)..];
        return World.Document.Users.Select(user => user.Sip).Concat(World.Document.Endpoints.Where(endpoint => endpoint.Kind != EndpointKind.Phone).Select(endpoint => endpoint.Sip))
            .Concat(World.Providers.SelectMany(each => each.Domains).Where(each => each != domain && at > 0).Select(each => wanted[..(at + 1)] + each))
            .Where(known => known != wanted).Select(known => (Known: known, Distance: NearestWord.Distance(known, wanted)))
            .Where(near => near.Distance <= MaxTypos).OrderBy(near => near.Distance).Select(near => near.Known).FirstOrDefault();
    }

    /// <summary>A room or bridge by address; of another provider it is taken for a room, and its exchange says otherwise.</summary>
    public Invitee? Room(string address)
    {
        if (Find(address) is not { } destination)
            return null;
        if (destination.Provider.Exchange != Self)
            return Invitee(address, destination, InviteeKind.Room);
        return destination.Endpoint is { Kind: EndpointKind.Room or EndpointKind.Bridge } endpoint
            ? Invitee(address, destination, endpoint.Kind == EndpointKind.Bridge ? InviteeKind.Bridge : InviteeKind.Room) with { Name = endpoint.Name }
            : null;
    }

    /// <summary>What is wrong with an invitee that another exchange says is our customer, for the organiser; null when nothing is.</summary>
    public string? Unknown(Invitee invitee) => invitee.Kind == InviteeKind.Person && Person(invitee.Address) is null
        ? Room(invitee.Address) is null ? $"{Self} has no customer {invitee.Address}" : $"{invitee.Address} is a room"
        : null;

    /// <summary>An invitee that another exchange named, with what only we know of our own customers.</summary>
    public Invitee WithOwnMail(Invitee invitee)
    {
        if (invitee.Exchange != Self)
            return invitee with { Mail = null };
        var known = invitee.Kind == InviteeKind.Person ? Person(invitee.Address) : Room(invitee.Address);
        return known is null ? invitee : known with { Answer = invitee.Answer };
    }

    /// <summary>The zone of a person; of one whose is not known, the other given.</summary>
    public string ZoneOf(string address, string otherwise = "Etc/UTC") => Find(address)?.User?.TimeZone ?? otherwise;

    /// <summary>The endpoint with the address, when it is ours.</summary>
    public Endpoint? EndpointAt(string address) => Find(address)?.Endpoint;

    /// <summary>The endpoint with the id, when it is ours.</summary>
    public Endpoint? EndpointById(string id) => World.Document.Endpoints.FirstOrDefault(endpoint => endpoint.Id == id);

    /// <summary>The provider that an endpoint of ours belongs to.</summary>
    public Provider? ProviderOf(Endpoint endpoint) => Find(endpoint.Sip)?.Provider;

    /// <summary>The agreement in force between two providers, or null.</summary>
    public AgreementLink? AgreementWith(string from, string to) => World.FindAgreement(from, to, clock.GetCurrentInstant());

    /// <summary>Ports that an agreement lets meetings take at one time.</summary>
    public long PortLimit(string agreement) =>
        World.Document.Agreements.FirstOrDefault(each => each.Id == agreement) is { } found
            ? Math.Min(found.AToB.Ports ?? int.MaxValue, found.BToA.Ports ?? int.MaxValue)
            : 0;

    /// <summary>
    /// Whether the organiser's provider may have a half at the other: asked of the waist for the link alone, since a booking is not yet use, and how
    /// many meetings are live now says nothing of the time that is booked. An agreement that allows none at all books none.
    /// </summary>
    /// <param name="origin">The exchange that asks; null when we do.</param>
    /// <param name="meeting">The version.</param>
    /// <param name="half">The half that is asked for.</param>
    public BookingRefusal? AdmitBooking(string? origin, Meeting meeting, MeetingHalf half)
    {
        if (World.FindProvider(half.Provider) is null || World.FindProvider(meeting.OrganiserProvider) is null)
            return new BookingRefusal("no-route", $"provider {half.Provider} or {meeting.OrganiserProvider} is not known to {Self}");
        var request = new AdmissionRequest
        {
            Sender = origin is null ? null : World.FindNeighbourByExchange(origin),
            IsOwn = origin is null,
            Origin = meeting.OrganiserProvider,
            Caller = meeting.Organiser,
            TargetProvider = half.Provider,
            Kind = GrantKind.Cascade,
            Now = clock.GetCurrentInstant(),
            NowNs = time.NowNs(),
        };
        if (!admission.Admit(in request, out var grant, out var refusal))
            return Refusal(in refusal, $"a half at {half.Provider}", origin);
        var none = Enumerable.Range(0, grant.LinkCount).Select(grant.Link).FirstOrDefault(link => link.Limits.Limits.Meetings == 0);
        grant.Release();
        if (none is null)
            return null;
        refusal = admission.Refuse(RefusalReason.OverLimit, default) with
        {
            Sender = request.Sender,
            Origin = World.FindProvider(meeting.OrganiserProvider),
            Target = World.FindProvider(half.Provider),
            Link = none,
            Limit = LimitKind.Meetings,
        };
        return Refusal(in refusal, $"a half at {half.Provider}", origin);
    }

    /// <summary>Whether a room of ours may be booked for the meeting: it exists, is open to the other side, and its white list has the organiser.</summary>
    public BookingRefusal? RoomToBook(string address, Meeting meeting, string? organiserExchange, out string endpointId)
    {
        endpointId = "";
        if (EndpointAt(address) is not { Kind: EndpointKind.Room or EndpointKind.Bridge } room)
            return new BookingRefusal("no-route", $"there is no room {address} at {Self}");
        endpointId = room.Id;
        var request = new AdmissionRequest
        {
            Sender = organiserExchange is null ? null : World.FindNeighbourByExchange(organiserExchange),
            IsOwn = organiserExchange is null,
            Origin = meeting.OrganiserProvider,
            Caller = meeting.Organiser,
            Target = address,
            Kind = GrantKind.Directory,
            Now = clock.GetCurrentInstant(),
            NowNs = time.NowNs(),
        };
        if (!admission.Admit(in request, out var grant, out var refusal))
            return Refusal(in refusal, address, organiserExchange);
        grant.Release();
        return null;
    }

    /// <summary>
    /// What is refused to another exchange, with its log line and its incident: the waist's has both already, an engine's gets them here.
    /// </summary>
    public BookingRefusal Noted(BookingRefusal refusal, string origin)
    {
        if (refusal.Cause is not null || !KebabEnum<RefusalReason>.TryParse(refusal.Reason, out var reason))
            return refusal;
        var noted = refusals.Refuse(reason, refusal.Detail, $"a booking of {origin}");
        return refusal with { Detail = $"{refusal.Detail} (incident {noted.Incident})", Cause = noted };
    }

    /// <summary>How customers of a provider join the half that has the code.</summary>
    public Coordinates CoordinatesOf(string provider, string code)
    {
        var domain = World.FindProvider(provider)?.Domains.FirstOrDefault() ?? Self;
        return new Coordinates($"sip:{code}@{domain}", addresses.EntryNumber, code);
    }

    /// <summary>An expiry for messages that must arrive whenever the link is back.</summary>
    public Instant Forever(IClock now) => now.GetCurrentInstant() + Duration.FromDays(365);

    BookingRefusal Refusal(in Refusal refusal, string target, string? origin)
    {
        refusals.Note(in refusal, target, origin is null ? "a booking of ours" : $"a booking of {origin}");
        return new(refusal.Row.ApiType["/problems/".Length..], $"{refusal.Row.ApiTitle} (incident {refusal.Incident})") { Cause = refusal };
    }

    Destination? Find(string address) => World.Find(address);

    static Invitee Invitee(string address, Destination destination, InviteeKind kind) => new()
    {
        Address = Canonical(address),
        Kind = kind,
        Provider = destination.Provider.Id,
        Exchange = destination.Provider.Exchange,
    };

    static string Canonical(string address)
    {
        var text = address.Trim();
        foreach (var scheme in (ReadOnlySpan<string>)["sips:", "sip:", "mailto:"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                text = text[scheme.Length..];
        }

        return text.ToLowerInvariant();
    }
}

/// <summary>The addresses under which meetings are reached here.</summary>
/// <param name="EntryNumber">Telephone number that asks for a code, +E.164; null without.</param>
/// <param name="EntryUser">User part of the SIP URI that asks for a code, such as "meet".</param>
/// <param name="Ports">Participants that this exchange carries at once, in all its meetings.</param>
public sealed record MeetingAddresses(string? EntryNumber, string EntryUser, int Ports);
