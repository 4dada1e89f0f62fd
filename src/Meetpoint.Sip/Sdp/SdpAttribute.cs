namespace Meetpoint.Sip.Sdp;

/// <summary>An a= line.</summary>
/// <param name="Name">Before the colon.</param>
/// <param name="Value">After it; null for a flag.</param>
public readonly record struct SdpAttribute(string Name, string? Value = null)
{
    /// <summary>The value of the line.</summary>
    public override string ToString() => Value is null ? Name : $"{Name}:{Value}";
}

/// <summary>A payload type's encoding (RFC 8866 section 6.6).</summary>
/// <param name="PayloadType">0 to 127.</param>
/// <param name="Encoding">As written: "PCMU", "opus", "telephone-event".</param>
/// <param name="ClockRate">Hertz of the RTP clock.</param>
/// <param name="Channels">1 when it is not given.</param>
public sealed record SdpRtpMap(int PayloadType, string Encoding, int ClockRate, int Channels = 1);

/// <summary>A crypto attribute (RFC 4568).</summary>
/// <param name="Tag">Number by which an answer names it.</param>
/// <param name="Suite">"AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM"...</param>
/// <param name="KeyParameters">"inline:..." with lifetime and MKI as written.</param>
/// <param name="SessionParameters">What follows; empty without.</param>
public sealed record SdpCrypto(int Tag, string Suite, string KeyParameters, string SessionParameters = "")
{
    /// <summary>The value of the attribute.</summary>
    public override string ToString() => SessionParameters.Length == 0 ? $"{Tag} {Suite} {KeyParameters}" : $"{Tag} {Suite} {KeyParameters} {SessionParameters}";
}

/// <summary>A certificate fingerprint (RFC 8122).</summary>
/// <param name="Hash">"sha-256"...</param>
/// <param name="Value">Hexadecimal pairs with colons.</param>
public sealed record SdpFingerprint(string Hash, string Value);
