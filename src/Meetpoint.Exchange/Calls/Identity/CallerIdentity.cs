using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Who calls: reads From, P-Asserted-Identity, P-Preferred-Identity and Privacy of a request (RFC 3323, 3325, 5876), and holds what they claim against
/// the addresses of the providers that the sender speaks for. Remote-Party-ID is not read.
/// </summary>
/// <remarks>
/// For one request at a time, reused; allocates nothing once made (about 1 kB). Not thread safe. What it found stays good until it identifies again; the
/// message itself is needed once more, by <see cref="IdentityEdits.Apply"/>.
/// </remarks>
public sealed class CallerIdentity
{
    readonly CallerAddress _from = new();
    readonly CallerAddress _first = new();
    readonly CallerAddress _second = new();
    CallerAddress? _own;

    /// <summary>Whose customer calls; null when the last call was refused.</summary>
    public Provider? Provider { get; private set; }

    /// <summary>The endpoint that has the caller's very address, when it is one of ours; null otherwise.</summary>
    public Endpoint? Endpoint { get; private set; }

    /// <summary>
    /// The caller's address in canonical form, "+442079460001" or "alice@albion.example": the first that was asserted, else that of From. Empty for an
    /// emergency call of somebody unknown.
    /// </summary>
    public ReadOnlySpan<byte> Address => _own is null ? default : _own.Canonical;

    /// <summary>What the caller asked to be withheld.</summary>
    public Privacy Privacy { get; private set; }

    /// <summary>True when From does not tell who calls.</summary>
    public bool IsFromAnonymous { get; private set; }

    /// <summary>The address as text; allocates.</summary>
    public override string ToString() => Encoding.ASCII.GetString(Address);

    /// <summary>True when the request carries P-Asserted-Identity that was believed and checked.</summary>
    internal bool IsAsserted { get; private set; }

    /// <summary>True when the request asserts more than was checked, so that its header must not go on as it is.</summary>
    internal bool HasUnchecked { get; private set; }

    /// <summary>True when From tells the same address as is asserted.</summary>
    internal bool IsFromAsserted { get; private set; }

    internal CallerAddress First => _first;

    internal CallerAddress Second => _second;

    internal CallerAddress From => _from;

    /// <summary>Understands the sender's numbers.</summary>
    internal NumberNormaliser Numbers { get; private set; } = null!;

    /// <summary>Identifies the caller of a neighbour's request.</summary>
    /// <remarks>
    /// P-Asserted-Identity counts where the neighbour's record trusts it, P-Preferred-Identity where it does not. Each address that is claimed, From's
    /// too unless it is anonymous, must be one of a provider that the neighbour speaks for, and all of the same one.
    /// </remarks>
    /// <param name="world">In force.</param>
    /// <param name="request">A request outside a dialog.</param>
    /// <param name="neighbour">Who sent it.</param>
    /// <param name="isEmergency">An emergency call goes on whoever calls: what cannot be believed is left out, and the neighbour's provider stands for it.</param>
    /// <returns><see cref="RefusalReason.None"/>, or <see cref="RefusalReason.OriginNotAllowed"/>.</returns>
    public RefusalReason Identify(World world, SipMessage request, NeighbourEntry neighbour, bool isEmergency = false)
    {
        Begin(request, neighbour.Numbers);
        var isBelieved = neighbour.Neighbour.Identity == IdentityTrust.Trusted;
        if (ReadClaims(world, request, isBelieved ? SipHeader.P_Asserted_Identity : SipHeader.P_Preferred_Identity, neighbour)
            && ReadFrom(world, request, neighbour) && (_first.IsSet || _from.IsSet))
        {
            IsAsserted = isBelieved && _first.IsSet;
            Settle(_first.IsSet ? _first : _from);
            return RefusalReason.None;
        }

        Forget();
        if (!isEmergency)
            return RefusalReason.OriginNotAllowed;
        Provider = world.FindProvider(neighbour.Neighbour.Provider);
        return RefusalReason.None;
    }

    /// <summary>
    /// Identifies the caller of a request that a customer of ours has proved to be from that endpoint. What it asserts of itself is not read; it may
    /// prefer one of its own addresses, and hide From, and claim nothing else.
    /// </summary>
    /// <returns><see cref="RefusalReason.None"/>, or <see cref="RefusalReason.OriginNotAllowed"/>.</returns>
    public RefusalReason Identify(World world, SipMessage request, Endpoint endpoint)
    {
        Forget();
        Span<byte> address = stackalloc byte[AddressText.MaxLength];
        var length = AddressBytes(endpoint.Sip, address);
        if (world.Find(address[..length]) is not { } own)
            return RefusalReason.OriginNotAllowed;
        Begin(request, world.NumbersOf(own.Provider));
        ReadPreference(world, request, endpoint);
        if (!ReadFrom(world, request, null) || (_from.IsSet && !IsOf(endpoint, _from.Destination)))
        {
            Forget();
            return RefusalReason.OriginNotAllowed;
        }

        if (!_first.IsSet && !_from.IsSet)
            _first.TryTake(world, Numbers, address[..length]);
        Settle(_first.IsSet ? _first : _from);
        Endpoint = endpoint;
        return RefusalReason.None;
    }

    /// <summary>
    /// The endpoint that a request claims to be from, before anything is proved: by From, or by P-Preferred-Identity when From is anonymous. All that the
    /// claim is good for is to choose whom to challenge.
    /// </summary>
    public static Endpoint? Claimed(World world, SipMessage request)
    {
        if (NameAddrView.TryParse(request.Value(SipHeader.From), out var from) && !AnonymousUri.Is(from.Uri))
            return world.Find(from.Uri)?.Endpoint;
        foreach (var value in request.Values(SipHeader.P_Preferred_Identity))
        {
            if (NameAddrView.TryParse(value, out var preferred) && world.Find(preferred.Uri)?.Endpoint is { } endpoint)
                return endpoint;
        }

        return null;
    }

    void Begin(SipMessage request, NumberNormaliser numbers)
    {
        Forget();
        Numbers = numbers;
        Privacy = PrivacyHeader.Of(request);
    }

    void Forget()
    {
        _from.Clear();
        _first.Clear();
        _second.Clear();
        _own = null;
        Provider = null;
        Endpoint = null;
        IsAsserted = HasUnchecked = IsFromAsserted = false;
    }

    void Settle(CallerAddress own)
    {
        _own = own;
        Provider = own.Destination.Provider;
        Endpoint = own.Destination.Endpoint;
        IsFromAsserted = _from.IsSet && (own == _from || _from.Canonical.SequenceEqual(_first.Canonical)
            || (_second.IsSet && _from.Canonical.SequenceEqual(_second.Canonical)));
    }

    /// <summary>One sip or sips and one tel value count, whatever their order; what stands beside them is passed over (RFC 5876 section 4.5).</summary>
    bool ReadClaims(World world, SipMessage request, SipHeader header, NeighbourEntry neighbour)
    {
        var count = 0;
        SipUriScheme? taken = null;
        foreach (var value in request.Values(header))
        {
            count++;
            if (!TryUri(value, out var uri, out var isTel) || (taken is { } other && (_second.IsSet || isTel == (other == SipUriScheme.Tel))))
            {
                HasUnchecked = true;
                continue;
            }

            var address = _first.IsSet ? _second : _first;
            taken ??= isTel ? SipUriScheme.Tel : SipUriScheme.Sip;
            if (!address.TryTake(world, Numbers, request, uri) || !IsAllowed(world, neighbour, address))
                return false;
        }

        HasUnchecked |= count >= SipLimits.ListValues;
        return true;
    }

    void ReadPreference(World world, SipMessage request, Endpoint endpoint)
    {
        foreach (var value in request.Values(SipHeader.P_Preferred_Identity))
        {
            if (TryUri(value, out var uri, out _) && _first.TryTake(world, Numbers, request, uri) && IsOf(endpoint, _first.Destination))
                return;
            _first.Clear();
        }
    }

    bool ReadFrom(World world, SipMessage request, NeighbourEntry? neighbour)
    {
        if (!NameAddrView.TryParse(request.Value(SipHeader.From), out var from))
            return false;
        IsFromAnonymous = AnonymousUri.Is(from.Uri);
        if (IsFromAnonymous)
            return true;
        return _from.TryTake(world, Numbers, request, from.Uri) && (neighbour is null || IsAllowed(world, neighbour, _from));
    }

    bool IsAllowed(World world, NeighbourEntry neighbour, CallerAddress address)
    {
        var provider = address.Destination.ProviderIndex;
        return world.SpeaksFor(neighbour, provider) && (!_first.IsSet || _first.Destination.ProviderIndex == provider);
    }

    static bool IsOf(Endpoint endpoint, Destination destination) =>
        destination.Endpoint?.Id == endpoint.Id || (destination.User is { } user && user.Id == endpoint.User);

    static bool TryUri(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> uri, out bool isTel)
    {
        uri = default;
        isTel = false;
        if (!NameAddrView.TryParse(value, out var address) || SipUriView.Parse(address.Uri, out var view) != SipUriError.None || view.Scheme == SipUriScheme.Urn)
            return false;
        uri = address.Uri;
        isTel = view.Scheme == SipUriScheme.Tel;
        return true;
    }

    internal static int AddressBytes(string address, Span<byte> buffer) =>
        AddressText.Canonicalise(address, buffer, out var length) == AddressForm.None ? 0 : length;
}
