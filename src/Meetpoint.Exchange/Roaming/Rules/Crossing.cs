using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>What became of the Chargeable-User-Identity of a packet (RFC 4372).</summary>
enum CuiFate
{
    /// <summary>There is none, or it goes on as it came, as it should.</summary>
    AsItCame,

    /// <summary>It became a pseudonym, or the home's own again.</summary>
    Mapped,

    /// <summary>On the way to the home: no pseudonym of ours, though only those went out. It goes on as it came.</summary>
    Foreign,

    /// <summary>On the way to the hotspot: too long for a pseudonym, and left out.</summary>
    LeftOut,
}

/// <summary>
/// What of packets crosses between the hotspots of one provider and the home of another, under the agreements on the way. Immutable; on the hub's loop. Without rules it costs a look at the packet's
/// kind, with them nothing is allocated.
/// </summary>
sealed class Crossing
{
    static readonly AttributeSet _identity = new(AttributeType.ChargeableUserIdentity);
    static readonly int _kinds = Enum.GetValues<RoamingPacket>().Length;

    readonly AttributeRules?[] _rules = new AttributeRules?[_kinds];
    readonly AttributeSet[] _closed = new AttributeSet[_kinds];
    readonly CuiPseudonyms? _pseudonyms;
    readonly bool _givesPseudonyms;

    /// <summary>Between a provider's own hotspots and its own home: everything crosses as it is.</summary>
    Crossing()
    {
    }

    /// <param name="agreements">From the hotspot to the home: one, two by way of a third, none when they ended meanwhile.</param>
    /// <param name="visited">Id of the provider of the hotspot.</param>
    /// <param name="home">Id of the provider of the customer.</param>
    /// <param name="pseudonyms">Of the home's identities at the hotspot.</param>
    public Crossing(IReadOnlyList<AgreementLink> agreements, string visited, string home, CuiPseudonyms pseudonyms)
    {
        _pseudonyms = pseudonyms;
        _givesPseudonyms = agreements.Any(link => link.Agreement.Roaming?.Cui is null or CuiForm.Pseudonym);
        var third = agreements.Count == 2 ? agreements[0].Agreement.Parties.Single(party => party != visited) : "";
        Border[] toHome = [.. agreements.Select((link, i) => new Border(link.Agreement.Roaming, i == agreements.Count - 1 ? home : third))];
        Border[] toHotspot = [.. agreements.Select((link, i) => new Border(link.Agreement.Roaming, i == 0 ? visited : third)).Reverse()];
        foreach (var of in Enum.GetValues<RoamingPacket>())
        {
            var borders = of.GoesToHotspot() ? toHotspot : toHome;
            _rules[(int)of] = RuleCompiler.Compile(borders, of);
            _closed[(int)of] = new AttributeSet(RuleCompiler.Closed(borders, of).AsSpan());
        }
    }

    /// <summary>Between a provider's own hotspots and its own home.</summary>
    public static Crossing Own { get; } = new();

    /// <summary>Copies what crosses, as it crosses.</summary>
    /// <param name="packet">As it came; verified.</param>
    /// <param name="from">The side that it came from.</param>
    /// <param name="to">The side that it goes to; the writer was begun by its security.</param>
    /// <param name="writer">Where it goes.</param>
    /// <param name="hidden">Which attributes are hidden.</param>
    /// <param name="cui">What became of who is charged.</param>
    /// <param name="but">Where an attribute begins that is left out besides; 0 for none.</param>
    /// <param name="without">What is left out besides, and not added either: who carries the packet writes it himself, having asked <see cref="NumberOf"/>.</param>
    /// <returns>False when something did not fit, or a hidden value is none, and the packet cannot go on.</returns>
    public bool TryCopy(in RadiusPacket packet, in HopSide from, in HopSide to, ref PacketWriter writer, HiddenAttributes hidden, out CuiFate cui, int but = 0, AttributeSet without = default)
    {
        Span<byte> identity = stackalloc byte[RadiusAttribute.MaxValueLength];
        var kind = KindOf(packet.Code);
        cui = MapIdentity(packet, kind.GoesToHotspot(), identity, out var length);
        var dropped = cui is CuiFate.Mapped or CuiFate.LeftOut ? _identity.And(without) : without;
        bool isWhole;
        if (_rules[(int)kind] is { } rules)
        {
            var filter = new RuledAttributes(rules, but, dropped);
            isWhole = ForwardedPacket.TryCopy(packet, from, to, ref writer, hidden, ref filter) && rules.TryWriteAdded(ref writer, filter);
        }
        else
        {
            var filter = new AttributesBut(but, _closed[(int)kind].And(dropped));
            isWhole = ForwardedPacket.TryCopy(packet, from, to, ref writer, hidden, ref filter);
        }

        return isWhole && (cui != CuiFate.Mapped || writer.TryWrite(AttributeType.ChargeableUserIdentity, identity[..length]));
    }

    /// <summary>What a number of 32 bits that no vendor has is on the other side; null for none.</summary>
    /// <param name="code">Of the packet.</param>
    /// <param name="type">Of the attribute.</param>
    /// <param name="came">As it came; null for none.</param>
    public uint? NumberOf(RadiusCode code, AttributeType type, uint? came) =>
        _rules[(int)KindOf(code)] is { } rules ? rules.NumberOf(type, came) : _closed[(int)KindOf(code)].Has(type) ? null : came;

    /// <summary>Octets that rules can add to such a packet, at most.</summary>
    public int MaxAddedLength(RadiusCode code) => _rules[(int)KindOf(code)]?.MaxAddedLength ?? 0;

    /// <summary>What is not among them, as an answer of a hotspot, does not come here.</summary>
    static RoamingPacket KindOf(RadiusCode code) => code switch
    {
        RadiusCode.AccessAccept => RoamingPacket.Accept,
        RadiusCode.AccessChallenge => RoamingPacket.Challenge,
        RadiusCode.AccessReject => RoamingPacket.Reject,
        RadiusCode.AccountingRequest => RoamingPacket.Accounting,
        RadiusCode.CoaRequest => RoamingPacket.Coa,
        RadiusCode.DisconnectRequest => RoamingPacket.Disconnect,
        _ => RoamingPacket.Request,
    };

    CuiFate MapIdentity(in RadiusPacket packet, bool isToHotspot, Span<byte> identity, out int length)
    {
        length = 0;
        if (_pseudonyms is null || (isToHotspot && !_givesPseudonyms) || !packet.TryFind(AttributeType.ChargeableUserIdentity, out var came) || CuiPseudonyms.IsNul(came.Value))
            return CuiFate.AsItCame;
        length = isToHotspot ? _pseudonyms.Seal(came.Value, identity) : _pseudonyms.Open(came.Value, identity);
        return length > 0 ? CuiFate.Mapped : isToHotspot ? CuiFate.LeftOut : _givesPseudonyms ? CuiFate.Foreign : CuiFate.AsItCame;
    }
}
