using Meetpoint.Media.Quality;
using Shouldly;

namespace Meetpoint.Media.Tests.Quality;

/// <summary>The E-model against the values that G.107, G.107.1 and G.113 publish.</summary>
public sealed class EModelTests
{
    [Fact]
    public void DefaultRating_IsThatOfG107() => EModel.DefaultRating.ShouldBe(93.2, 0.05);

    /// <summary>G.107 annex B, table B.1: what the bounds of its categories are as scores.</summary>
    [Theory]
    [InlineData(93.2, 4.41)]
    [InlineData(90, 4.34)]
    [InlineData(80, 4.03)]
    [InlineData(70, 3.60)]
    [InlineData(60, 3.10)]
    [InlineData(50, 2.58)]
    [InlineData(0, 1)]
    [InlineData(-20, 1)]
    [InlineData(100, 4.5)]
    public void Score_OfRating_IsThatOfAnnexB(double rating, double expected) => EModel.Score(rating).ShouldBe(expected, 0.01);

    /// <summary>G.107 section 7.5, computed by hand from G.113's factors: Ie + (95 - Ie) Ppl / (Ppl / BurstR + Bpl).</summary>
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0.01, 1, 3.64)]
    [InlineData(0.05, 1, 15.78)]
    [InlineData(0.20, 1, 42.13)]
    [InlineData(0.05, 2, 17.21)]
    public void EffectiveImpairment_OfG711WithConcealment_FollowsFormula(double loss, double burst, double expected) =>
        EModel.EffectiveImpairment(EquipmentImpairment.G711, loss, burst).ShouldBe(expected, 0.01);

    [Fact]
    public void EffectiveImpairment_OfG729WithoutLoss_IsItsOwn() => EModel.EffectiveImpairment(EquipmentImpairment.G729, 0).ShouldBe(11);

    /// <summary>G.114: up to 150 ms most conversations are not affected; at 400 ms, its upper bound, many people are dissatisfied.</summary>
    [Theory]
    [InlineData(50, 90, 93.3)]
    [InlineData(150, 86, 91)]
    [InlineData(250, 75, 82)]
    [InlineData(400, 59, 65)]
    public void Rating_WithDelay_IsWithinG114(double delayMs, double least, double most) => EModel.Rating(EquipmentImpairment.G711, delayMs, 0).ShouldBeInRange(least, most);

    /// <summary>G.107.1: 129 with nothing wrong; G.722 at 64 kbit/s costs 13 of them.</summary>
    [Fact]
    public void Rating_OfWideband_IsOnItsOwnScale()
    {
        EModel.Rating(new EquipmentImpairment(0, 1, IsWideband: true), 0, 0).ShouldBe(129, 0.01);
        EModel.Rating(EquipmentImpairment.G722, 0, 0).ShouldBe(116, 0.01);
        EModel.Score(129, isWideband: true).ShouldBe(4.5);
        EModel.Score(EquipmentImpairment.G722, 0, 0).ShouldBe(4.33, 0.02);
    }

    [Fact]
    public void Score_OverAllThatCanCome_FallsWithLossAndDelayAndStaysInRange()
    {
        foreach (var codec in (ReadOnlySpan<EquipmentImpairment>)[EquipmentImpairment.G711, EquipmentImpairment.G729, EquipmentImpairment.G722, EquipmentImpairment.Opus])
        {
            for (var delay = 0; delay <= 1_000; delay += 100)
            {
                for (var loss = 0.0; loss <= 1; loss += 0.05)
                {
                    var score = EModel.Score(codec, delay, loss);
                    score.ShouldBeInRange(1, EModel.MaxScore, $"{codec} {delay} ms {loss:P0}");
                    EModel.Score(codec, delay, loss + 0.01).ShouldBeLessThanOrEqualTo(score, $"{codec} {delay} ms {loss:P0}");
                    EModel.Score(codec, delay + 10, loss).ShouldBeLessThanOrEqualTo(score + 1e-9, $"{codec} {delay} ms {loss:P0}");
                }
            }
        }
    }

    [Theory]
    [InlineData("pcma", true)]
    [InlineData("opus", true)]
    [InlineData("SPEEX", false)]
    public void Find_OfCodec_KnowsThoseThatArePublished(string name, bool isKnown) => (EquipmentImpairment.Find(name) is not null).ShouldBe(isKnown);
}
