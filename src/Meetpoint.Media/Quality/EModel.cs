namespace Meetpoint.Media.Quality;

/// <summary>
/// The E-model of ITU-T G.107, and its wideband form of G.107.1: from delay, loss and codec to the rating R, and from that to the mean opinion score that people would
/// give to the conversation. An estimate for planning and watching, not a measurement of what was heard.
/// </summary>
/// <remarks>Everything that is not measured here (loudness, noise in the rooms, echo of the terminals) is at the defaults of G.107 table 2; the advantage factor is 0.</remarks>
public static class EModel
{
    /// <summary>Rating of a narrowband connection with nothing wrong (G.107: 93.2).</summary>
    public static double DefaultRating => Rating(EquipmentImpairment.G711, 0, 0);

    /// <summary>The highest score that can come out (G.107 annex B).</summary>
    public const double MaxScore = 4.5;

    /// <summary>Basic signal-to-noise ratio Ro of G.107 section 7.2, by which noise in rooms and circuits counts: 94.77.</summary>
    static readonly double _basic = 15 - (1.5 * (SendLoudness + Noise()));

    /// <summary>All impairments that occur at the same time as the voice, Is of G.107 section 7.3, at its defaults.</summary>
    const double Simultaneous = 1.4136;

    /// <summary>Ro of G.107.1 section 7.2: a wideband connection with nothing wrong.</summary>
    const double WidebandBasic = 129;

    // G.107 table 2; dB, dBm0p.
    const double SendLoudness = 8;
    const double ReceiveLoudness = 2;
    const double CircuitNoise = -70;
    const double NoiseFloor = -64;
    const double RoomNoise = 35;
    const double ShapeOfTelephone = 3;
    const double ListenerSidetone = 18;
    const double TalkerEchoLoudness = 65;
    const double WeightedEchoPathLoss = 110;

    /// <summary>Delay from which it is felt, mT of G.107 section 7.4, in milliseconds.</summary>
    const double FeltDelayMs = 100;

    /// <summary>The rating of one direction of a conversation: about 0 to 93 narrowband, 0 to 129 wideband; below 0 where nothing can be understood.</summary>
    /// <param name="codec">What it is coded with.</param>
    /// <param name="delayMs">One-way delay from mouth to ear, in milliseconds, 0 or more.</param>
    /// <param name="loss">Share of packets that were not there to be played, 0 to 1.</param>
    /// <param name="burstRatio">Mean length of a run of losses by that of random loss; 1 for random loss, more where they come together.</param>
    public static double Rating(in EquipmentImpairment codec, double delayMs, double loss, double burstRatio = 1)
    {
        var impaired = EffectiveImpairment(codec, loss, burstRatio) + DelayImpairment(delayMs, !codec.IsWideband);
        return (codec.IsWideband ? WidebandBasic : _basic - Simultaneous) - impaired;
    }

    /// <summary>The score of a rating, 1 to 4.5 (G.107 annex B; of a wideband one R is first divided by 1.29, G.107.1 annex A).</summary>
    public static double Score(double rating, bool isWideband = false)
    {
        var r = isWideband ? rating / 1.29 : rating;
        return r <= 0 ? 1 : r >= 100 ? MaxScore : Math.Max(1, 1 + (0.035 * r) + (r * (r - 60) * (100 - r) * 7e-6));
    }

    /// <summary>The score of a direction; see <see cref="Rating"/>.</summary>
    public static double Score(in EquipmentImpairment codec, double delayMs, double loss, double burstRatio = 1) =>
        Score(Rating(codec, delayMs, loss, burstRatio), codec.IsWideband);

    /// <summary>Ie,eff of G.107 section 7.5.</summary>
    public static double EffectiveImpairment(in EquipmentImpairment codec, double loss, double burstRatio = 1)
    {
        var percent = Math.Clamp(loss, 0, 1) * 100;
        return percent == 0 ? codec.Ie : codec.Ie + ((95 - codec.Ie) * percent / ((percent / Math.Max(burstRatio, 1)) + codec.Bpl));
    }

    /// <summary>
    /// Id of G.107 section 7.4: what delay costs, by itself and by the echoes that it makes audible. The wideband model has no term of the listener's echo yet.
    /// </summary>
    static double DelayImpairment(double delayMs, bool hasListenerEcho)
    {
        var delay = Math.Max(delayMs, 0);
        return TalkerEcho(delay) + (hasListenerEcho ? ListenerEcho(2 * delay) : 0) + Absolute(delay);
    }

    static double TalkerEcho(double delayMs)
    {
        var loudness = TalkerEchoLoudness - (40 * Math.Log10((1 + (delayMs / 10)) / (1 + (delayMs / 150)))) + (6 * Math.Exp(-0.3 * delayMs * delayMs));
        var apart = -1.5 * (Noise() - ReceiveLoudness) - (80 + (2.5 * (loudness - 14)));
        return ((apart / 2) + Math.Sqrt((apart * apart / 4) + 100) - 1) * (1 - Math.Exp(-delayMs));
    }

    static double ListenerEcho(double roundTripMs)
    {
        var apart = _basic - (10.5 * (WeightedEchoPathLoss + 7) * Math.Pow(roundTripMs + 1, -0.25));
        return (apart / 2) + Math.Sqrt((apart * apart / 4) + 169);
    }

    static double Absolute(double delayMs)
    {
        if (delayMs <= FeltDelayMs)
            return 0;
        var x = Math.Log2(delayMs / FeltDelayMs);
        return 25 * (Math.Pow(1 + Math.Pow(x, 6), 1.0 / 6) - (3 * Math.Pow(1 + Math.Pow(x / 3, 6), 1.0 / 6)) + 2);
    }

    /// <summary>No of G.107 section 7.2: the noise of both rooms, of the circuit and of the receiver, added up; -61.18 dBm0p.</summary>
    static double Noise()
    {
        var send = RoomNoise - SendLoudness - ShapeOfTelephone - 100 + (0.004 * Square(RoomNoise - (SendLoudness + ReceiveLoudness) - ShapeOfTelephone - 14));
        var heard = RoomNoise + (10 * Math.Log10(1 + Math.Pow(10, (10 - ListenerSidetone) / 10)));
        var receive = ReceiveLoudness - 121 + heard + (0.008 * Square(heard - 35));
        return 10 * Math.Log10(Power(CircuitNoise) + Power(send) + Power(receive) + Power(NoiseFloor + ReceiveLoudness));
    }

    static double Power(double decibels) => Math.Pow(10, decibels / 10);

    static double Square(double value) => value * value;
}
