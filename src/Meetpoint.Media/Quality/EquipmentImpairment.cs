using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Quality;

/// <summary>What a codec costs in quality by itself, and how well it stands loss: the two numbers of it that the E-model takes.</summary>
/// <remarks>
/// Narrowband codecs are on the scale of G.107, wideband ones on that of G.107.1; the two are never mixed in one sum. The values are those of ITU-T G.113,
/// Appendix I (narrowband) and IV (wideband), where it has any. It has none of Opus and no loss factor of G.722: what stands for them is said with each.
/// </remarks>
/// <param name="Ie">Equipment impairment factor without loss, in units of R.</param>
/// <param name="Bpl">Packet-loss robustness factor, in percent of loss.</param>
/// <param name="IsWideband">True on the scale of G.107.1, from 0 to 129.</param>
public readonly record struct EquipmentImpairment(double Ie, double Bpl, bool IsWideband = false)
{
    /// <summary>G.711 with concealment of losses, which this exchange does (G.113 table I.4).</summary>
    public static EquipmentImpairment G711 { get; } = new(0, 25.1);

    /// <summary>G.729A with silence suppression (G.113 tables I.1 and I.4).</summary>
    public static EquipmentImpairment G729 { get; } = new(11, 19);

    /// <summary>G.723.1 at 6.3 kbit/s with silence suppression (G.113 tables I.1 and I.4).</summary>
    public static EquipmentImpairment G723 { get; } = new(15, 16.1);

    /// <summary>GSM enhanced full rate (G.113 tables I.1 and I.4).</summary>
    public static EquipmentImpairment GsmEfr { get; } = new(5, 10);

    /// <summary>AMR-WB at 12.65 kbit/s (G.113 appendix IV).</summary>
    public static EquipmentImpairment AmrWb { get; } = new(13, 4.3, IsWideband: true);

    /// <summary>
    /// G.722 at 64 kbit/s: its impairment by G.113 appendix IV. The loss factor is that of AMR-WB at 12.65 kbit/s, which has the same impairment, since none is published
    /// for G.722: too strict rather than too mild.
    /// </summary>
    public static EquipmentImpairment G722 { get; } = new(13, 4.3, IsWideband: true);

    /// <summary>
    /// Opus: nothing is published. These are the values of EVS in superwideband at 24.4 kbit/s (G.113 appendix V), the codec nearest to it of those that have any.
    /// </summary>
    public static EquipmentImpairment Opus { get; } = new(7.2, 11.4, IsWideband: true);

    /// <summary>That of a codec of ours.</summary>
    public static EquipmentImpairment Of(AudioCodec codec) => Find(codec.Name) ?? G711;

    /// <summary>That of a codec by its name in SDP's rtpmap, case aside; null where nothing is known of it, and so no score can be given.</summary>
    public static EquipmentImpairment? Find(string encoding) => encoding.ToUpperInvariant() switch
    {
        "PCMU" or "PCMA" => G711,
        "G722" => G722,
        "OPUS" => Opus,
        "G729" => G729,
        "G723" => G723,
        "GSM-EFR" => GsmEfr,
        "AMR-WB" => AmrWb,
        _ => null,
    };
}
