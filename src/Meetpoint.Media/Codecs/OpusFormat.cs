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

    /// <summary>
    /// Ours, for offers and answers: packets of 10 ms or more, mono, no pauses; and copies against loss, please, which cost nothing as long as we
    /// report none.
    /// </summary>
    public const string Ours = "minptime=10;useinbandfec=1;stereo=0;usedtx=0";

    /// <summary>Rates that are used: few, so that listeners of about the same are encoded for once.</summary>
    static ReadOnlySpan<int> Rates => [MinBitrate, 8_000, 12_000, 16_000, 24_000, DefaultBitrate, 48_000, MaxBitrate];

    /// <summary>Bits a second, one of a few from <see cref="MinBitrate"/> to <see cref="MaxBitrate"/>: maxaveragebitrate, rounded down.</summary>
    public int Bitrate { get; private init; } = DefaultBitrate;

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
                "maxaveragebitrate" when value >= MinBitrate => format with { Bitrate = RateOf(value) },
                "useinbandfec" => format with { UsesInbandFec = value == 1 },
                "usedtx" => format with { UsesDtx = value == 1 },
                "cbr" => format with { IsConstantRate = value == 1 },
                _ => format,
            };
        }

        return format;
    }

    static int RateOf(int limit)
    {
        var rate = MinBitrate;
        foreach (var candidate in Rates)
            rate = candidate <= limit ? candidate : rate;
        return rate;
    }
}
