using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Settlement;

/// <summary>
/// What two parties owe each other for a month under one agreement: agreed usage alone. Both sides' are equal when their digests are.
/// </summary>
/// <remarks>
/// Rounding: each charge was rounded once, by its tariff's rule and decimals, when the record was priced. Legs add those amounts
/// exactly. Only the net is rounded to the currency's minor unit, halves to even.
/// </remarks>
/// <param name="Agreement">Id of the agreement.</param>
/// <param name="Period">The month.</param>
/// <param name="Lines">By record id in byte order.</param>
/// <param name="Legs">By payer, payee, unit, tariff and currency.</param>
/// <param name="Net">One for each currency, by its code.</param>
public sealed record Statement(string Agreement, StatementPeriod Period, ImmutableArray<StatementLine> Lines, ImmutableArray<StatementLeg> Legs,
    ImmutableArray<StatementNet> Net)
{
    /// <summary>SHA-256 of the canonical form in lower-case hexadecimal.</summary>
    public string Digest() => CanonicalHash.Of(ToJson());

    /// <summary>The form that is hashed and shown: exact decimals and instants as text.</summary>
    public JsonObject ToJson() => new()
    {
        ["agreement"] = Agreement,
        ["period"] = Period.Name,
        ["from"] = InstantPattern.ExtendedIso.Format(Period.From),
        ["until"] = InstantPattern.ExtendedIso.Format(Period.Until),
        ["lines"] = new JsonArray([.. Lines.Select(line => line.ToJson())]),
        ["legs"] = new JsonArray([.. Legs.Select(leg => leg.ToJson())]),
        ["net"] = new JsonArray([.. Net.Select(net => net.ToJson())]),
    };
}

/// <summary>One agreed record with its charges.</summary>
/// <param name="Record">What was measured.</param>
/// <param name="Charges">In the order of the legs.</param>
public sealed record StatementLine(UsageRecord Record, ImmutableArray<UsageCharge> Charges)
{
    internal JsonNode ToJson()
    {
        var line = Line();
        if (Record.Called is { } called)
            line["called"] = called;
        if (Record.Unit == ChargeUnit.RoamingSession)
            (line["octetsIn"], line["octetsOut"]) = (Record.BytesIn, Record.BytesOut);
        return line;
    }

    JsonObject Line() => new()
    {
        ["record"] = Record.Id,
        ["content"] = Record.ContentHash(),
        ["meeting"] = Record.Meeting,
        ["unit"] = Unit(Record.Unit),
        ["measuredBy"] = Record.MeasuredBy,
        ["party"] = Record.Party,
        ["started"] = InstantPattern.ExtendedIso.Format(Record.Started),
        ["ended"] = InstantPattern.ExtendedIso.Format(Record.Ended),
        ["billableMs"] = Record.BillableMs,
        ["charges"] = new JsonArray([.. Charges.Select(c => (JsonNode)new JsonObject
        {
            ["payer"] = c.Payer,
            ["payee"] = c.Payee,
            ["tariff"] = c.Tariff,
            ["amount"] = c.Amount.ToString(),
        })]),
    };

    internal static string Unit(ChargeUnit unit) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(unit.ToString());
}

/// <summary>The sum of one kind of charge.</summary>
/// <param name="Payer">Who pays.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="Unit">For what.</param>
/// <param name="Tariff">At which tariff.</param>
/// <param name="Count">Records.</param>
/// <param name="BillableMs">Their billable time, in milliseconds.</param>
/// <param name="Total">Sum of the rounded charges, exact.</param>
public sealed record StatementLeg(string Payer, string Payee, ChargeUnit Unit, string Tariff, int Count, long BillableMs, Money Total)
{
    internal JsonNode ToJson() => new JsonObject
    {
        ["payer"] = Payer,
        ["payee"] = Payee,
        ["unit"] = StatementLine.Unit(Unit),
        ["tariff"] = Tariff,
        ["count"] = Count,
        ["billableMs"] = BillableMs,
        ["total"] = Total.ToString(),
    };
}

/// <summary>What one party owes the other in one currency when all legs are set against each other.</summary>
/// <param name="Payer">Who owes; the party first in the alphabet when nothing is owed.</param>
/// <param name="Payee">Who is owed.</param>
/// <param name="Amount">Nought or more, in whole minor units.</param>
public sealed record StatementNet(string Payer, string Payee, Money Amount)
{
    internal JsonNode ToJson() => new JsonObject { ["payer"] = Payer, ["payee"] = Payee, ["amount"] = Amount.ToString() };
}
