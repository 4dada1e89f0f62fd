using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>How one side of a call wants its media.</summary>
/// <param name="Srtp">What is offered to it.</param>
/// <param name="Dtmf">How it presses and hears keys.</param>
/// <param name="Codecs">Audio codecs that the agreement lets through, by their names; empty: all.</param>
sealed record MediaPolicy(SrtpMode Srtp, DtmfMode Dtmf, ImmutableArray<string> Codecs)
{
    /// <summary>By a side's equipment profile and the agreement.</summary>
    public static MediaPolicy Of(EquipmentProfile profile, CallTerms terms) => new(profile.Srtp, profile.Dtmf, terms.Codecs);

    /// <summary>True when a format may pass; what goes along with a codec (telephone-event, comfort noise) always may.</summary>
    public bool Admits(string encoding) =>
        Codecs.IsEmpty || encoding.Equals("telephone-event", StringComparison.OrdinalIgnoreCase) || encoding.Equals("CN", StringComparison.OrdinalIgnoreCase)
        || Codecs.Contains(encoding, StringComparer.OrdinalIgnoreCase);
}
