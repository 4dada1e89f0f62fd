using System.Text.Json;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Tests.Interconnect;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Settlement;

/// <summary>
/// Hashes that both parties of an agreement hold, of what was agreed and measured before: whatever is added to the forms since must leave them as they are, or the exchanges of two releases
/// no longer agree.
/// </summary>
public sealed class PinnedHashTests
{
    [Fact]
    public void Agreement_WithoutRoamingTerms_HasTheHashThatItAlwaysHad()
    {
        var agreement = Worlds.Document.Agreements[0];
        agreement.Roaming.ShouldBeNull();
        CanonicalJson.Text(JsonSerializer.SerializeToNode(agreement, WorldJson.Default.Agreement)).ShouldBe(
            """
            {"aToB":{"callsPerSecond":4,"meetings":2,"ports":3},"bToA":{},"calls":{"codecs":[],"mode":"anchored","sessionSeconds":1800,"transfers":true},"charges":[{"payee":"albion","payer":"liberty","tariff":"standard","unit":"participant-minute"}],"failOpen":false,"id":"albion-liberty","openedByA":{"endpoints":[],"organisations":["acme"]},"openedByB":{"endpoints":[],"organisations":[]},"parties":["albion","liberty"],"presence":{"delegated":false,"shownByA":"note","shownByB":"note"},"profiles":[],"services":[{"direction":"both","service":"meeting"},{"direction":"a-to-b","service":"call"}],"stage":"commercial","testAccounts":[],"timeZone":"Europe/London","tolerance":{"perMille":10,"seconds":2},"transit":true,"validFrom":"2026-01-01T00:00:00Z","version":1}
            """);
        CanonicalJson.Hash(agreement).ShouldBe("b04720db2034501554920d934fcc0fa4adcd3066f0a4a22644078e6acc31d980");
    }

    [Fact]
    public void Record_OfACall_HasTheHashThatItAlwaysHad() => new UsageRecord
    {
        Id = "use_018f3c2a7b10aa",
        Agreement = "albion-liberty",
        AgreementHash = new string('a', 64),
        Correlation = "0123456789abcdef0123456789abcdef",
        Meeting = "0123456789abcdef0123456789abcdef",
        Unit = ChargeUnit.CallMinute,
        MeasuredBy = "albion.example",
        Party = "alice@albion.example",
        Called = "bob@liberty.example",
        Started = Instant.FromUtc(2026, 6, 1, 12, 0),
        Ended = Instant.FromUtc(2026, 6, 1, 12, 3, 20),
        BillableMs = 200_000,
        PacketsIn = 10_000,
        PacketsOut = 9_998,
        BytesIn = 1_600_000,
        BytesOut = 1_599_680,
    }.ContentHash().ShouldBe("929d5fba366ee91cb47a09fdcc8c86b51bdc0c8b0aa1afcd56808f1cdaac2e30");
}
