using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>An EAP method as each of the Passpoint forms writes it.</summary>
/// <param name="Type">EAP method type of the IANA registry.</param>
/// <param name="Anqp">Its authentication parameters in the NAI realm element (802.11 table 9-331), as id and value.</param>
/// <param name="AppleInner">TTLSInnerAuthentication of an Apple profile; null without.</param>
/// <param name="PpsInner">InnerMethod of a PerProviderSubscription; null without.</param>
/// <param name="HasPassword">True where the customer gives a name and a password.</param>
sealed record EapForms(int Type, IReadOnlyList<(int Id, int Value)> Anqp, string? AppleInner = null, string? PpsInner = null, bool HasPassword = false)
{
    /// <summary>Parameter ids, and their values.</summary>
    const int InnerMethod = 2, Credential = 5, Pap = 1, Mschapv2 = 4, SimCard = 1, Usim = 2, Certificate = 6, Password = 7;

    /// <summary>The forms of a method.</summary>
    public static EapForms Of(EapMethod method) => method switch
    {
        EapMethod.Tls => new(13, [(Credential, Certificate)]),
        EapMethod.TtlsMschapv2 => new(21, [(InnerMethod, Mschapv2), (Credential, Password)], "MSCHAPv2", "MS-CHAP-V2", HasPassword: true),
        EapMethod.TtlsPap => new(21, [(InnerMethod, Pap), (Credential, Password)], "PAP", "PAP", HasPassword: true),
        // PEAP's inner method is told as a credential alone: MSCHAPv2 within it is EAP again, which id 2 does not mean.
        EapMethod.PeapMschapv2 => new(25, [(Credential, Password)], HasPassword: true),
        EapMethod.Sim => new(18, [(Credential, SimCard)]),
        EapMethod.Aka => new(23, [(Credential, Usim)]),
        _ => new(50, [(Credential, Usim)]),
    };
}
