using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>How one side of a call wants its media.</summary>
/// <param name="IsSecure">SRTP with keys in SDP is offered to it (RFC 4568).</param>
/// <param name="Dtmf">How it presses and hears keys.</param>
/// <param name="Codecs">Audio codecs that the agreement lets through, by their names; empty: all.</param>
sealed record MediaPolicy(bool IsSecure, DtmfMode Dtmf, ImmutableArray<string> Codecs)
{
    /// <summary>By a side's equipment profile and the agreement.</summary>
    public static MediaPolicy Of(EquipmentProfile profile, CallTerms terms) => new(profile.Sdes, profile.Dtmf, terms.Codecs);

    /// <summary>True when a format may pass; what goes along with a codec (telephone-event, comfort noise) always may.</summary>
    public bool Admits(string encoding) =>
        Codecs.IsEmpty || encoding.Equals("telephone-event", StringComparison.OrdinalIgnoreCase) || encoding.Equals("CN", StringComparison.OrdinalIgnoreCase)
        || Codecs.Contains(encoding, StringComparer.OrdinalIgnoreCase);
}
