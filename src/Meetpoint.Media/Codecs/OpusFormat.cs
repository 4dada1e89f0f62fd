using System.Globalization;

namespace Meetpoint.Media.Codecs;

/// <summary>What a peer wants to be sent of Opus: the parameters of its fmtp (RFC 7587 section 6.1), as far as they bear on mono speech. Immutable.</summary>
public sealed record OpusFormat
{
    /// <summary>Bits a second when the peer names no limit: speech of full bandwidth, and enough over for copies against loss.</summary>
    public const int DefaultBitrate = 32_000;

    /// <summary>The least that may be named.</summary>
    public const int MinBitrate = 6_000;

    /// <summary>The most that a room sends, whatever a peer would take: mono speech has no use for more.</summary>
    public const int MaxBitrate = 64_000;

    /// <summary>Samples a second of telephones: 4 kHz of sound (RFC 6716 section 2.1.3, as all of these).</summary>
    public const int NarrowRate = 8_000;

    /// <summary>6 kHz of sound.</summary>
    public const int MediumRate = 12_000;

    /// <summary>8 kHz of sound.</summary>
    public const int WideRate = 16_000;

    /// <summary>12 kHz of sound.</summary>
    public const int SuperWideRate = 24_000;

    /// <summary>Speech of 4 kHz, and of 8, needs no more than this (RFC 7587 section 3.1.1).</summary>
    const int NarrowBitrate = 12_000;
    const int WideBitrate = 24_000;

    /// <summary>Samples a second from which on a player has use for the whole of what there is, 20 kHz.</summary>
    const int WholeRate = 40_000;

    /// <summary>
    /// Ours, for offers and answers: packets of 10 ms or more, mono, no pauses; and copies against loss, please, which cost nothing as long as we
    /// report none.
    /// </summary>
    public const string Ours = "minptime=10;useinbandfec=1;stereo=0;usedtx=0";

    /// <summary>Rates that are used: few, so that listeners of about the same are encoded for once.</summary>
    static ReadOnlySpan<int> Rates => [MinBitrate, 8_000, 12_000, 16_000, 24_000, DefaultBitrate, 48_000, MaxBitrate];

    /// <summary>
    /// Bits a second, one of a few from <see cref="MinBitrate"/> to <see cref="MaxBitrate"/>: maxaveragebitrate, rounded down; without it what speech
    /// needs at <see cref="PlaybackRate"/>.
    /// </summary>
    public int Bitrate => MaxAverageBitrate > 0 ? RateOf(MaxAverageBitrate) : PlaybackRate switch
    {
        NarrowRate => NarrowBitrate,
        MediumRate or WideRate => WideBitrate,
        _ => DefaultBitrate,
    };

    /// <summary>maxaveragebitrate as written; 0 without.</summary>
    int MaxAverageBitrate { get; init; }

    /// <summary>maxplaybackrate: samples a second that it can play, one of the five that Opus knows; what is above half of it need not be sent.</summary>
    public int PlaybackRate { get; private init; } = OpusCodec.Rate;

    /// <summary>useinbandfec: it can make use of copies of the frame before.</summary>
    public bool UsesInbandFec { get; init; }

    /// <summary>usedtx: it would rather be sent nothing in pauses.</summary>
    public bool UsesDtx { get; init; }

    /// <summary>cbr: packets of one size, which tell a listener on the wire nothing.</summary>
    public bool IsConstantRate { get; init; }

    /// <summary>Reads the value of fmtp behind the payload type. What is not known, or out of range, is passed over.</summary>
    public static OpusFormat Parse(ReadOnlySpan<char> parameters)
    {
        var format = new OpusFormat();
        foreach (var range in parameters.Split(';'))
        {
            var parameter = parameters[range].Trim();
            var equals = parameter.IndexOf('=');
            if (equals < 0 || !int.TryParse(parameter[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                continue;
            format = parameter[..equals].TrimEnd() switch
            {
                "maxaveragebitrate" when value >= MinBitrate => format with { MaxAverageBitrate = value },
                "maxplaybackrate" when value >= NarrowRate => format with { PlaybackRate = PlaybackRateOf(value) },
                "useinbandfec" => format with { UsesInbandFec = value == 1 },
                "usedtx" => format with { UsesDtx = value == 1 },
                "cbr" => format with { IsConstantRate = value == 1 },
                _ => format,
            };
        }

        return format;
    }

    static int PlaybackRateOf(int limit) => limit switch
    {
        >= WholeRate => OpusCodec.Rate,
        >= SuperWideRate => SuperWideRate,
        >= WideRate => WideRate,
        >= MediumRate => MediumRate,
        _ => NarrowRate,
    };

    static int RateOf(int limit)
    {
        var rate = MinBitrate;
        foreach (var candidate in Rates)
            rate = candidate <= limit ? candidate : rate;
        return rate;
    }
}
