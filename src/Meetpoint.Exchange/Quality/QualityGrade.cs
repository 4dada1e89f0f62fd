using Meetpoint.Exchange.Contracts;

namespace Meetpoint.Exchange.Quality;

/// <summary>The quality of one direction in a word, as join pages get it: the worse of sound and pictures.</summary>
static class QualityGrade
{
    /// <summary>From this share on pictures stutter: more than retransmissions mend in time.</summary>
    const double FairLoss = 0.02;

    /// <summary>From this share on they stand still more than they move.</summary>
    const double PoorLoss = 0.1;

    static readonly string[] _words = ["good", "fair", "poor"];

    /// <summary>What the peer sends.</summary>
    public static string Up(LegQuality quality, QualityOptions options) => Of(quality.Up?.Score, quality.Video?.LossUp ?? 0, options);

    /// <summary>What it gets.</summary>
    public static string Down(LegQuality quality, QualityOptions options) => Of(quality.Down?.Score, quality.Video?.LossDown ?? 0, options);

    /// <summary>Of what nothing is known nothing bad is said.</summary>
    static string Of(double? score, double pictureLoss, QualityOptions options) =>
        _words[Math.Max(score is null || score >= options.GoodFrom ? 0 : score >= options.PoorBelow ? 1 : 2, pictureLoss < FairLoss ? 0 : pictureLoss < PoorLoss ? 1 : 2)];
}
