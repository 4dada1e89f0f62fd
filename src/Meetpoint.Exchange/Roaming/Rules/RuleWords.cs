using System.Globalization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>What an agreement says of packets that cross, in words for its operator.</summary>
static class RuleWords
{
    /// <summary>A line for each rule and bound; none where nothing is said.</summary>
    public static IEnumerable<string> Of(Agreement agreement)
    {
        if (agreement.Roaming is not { } terms)
            yield break;
        if (terms.Cui == CuiForm.AsIssued)
            yield return $"{agreement.Id}: who is charged crosses as the home issued it";
        if (terms.MaxUpBps is { } up)
            yield return string.Create(CultureInfo.InvariantCulture, $"{agreement.Id}: at most {up} bit/s from the customer");
        if (terms.MaxDownBps is { } down)
            yield return string.Create(CultureInfo.InvariantCulture, $"{agreement.Id}: at most {down} bit/s to the customer");
        foreach (var rule in terms.Rules.IsDefault ? [] : terms.Rules)
            yield return $"{agreement.Id}: {KebabEnum<RoamingPacket>.Word(rule.Of)}{(rule.Towards is { } towards ? $" towards {towards}" : "")}: {string.Join("; ", Parts(rule))}";
    }

    static IEnumerable<string> Parts(RoamingRule rule) =>
        from part in ((string Verb, IEnumerable<string> Entries)[])[
            ("keep only", rule.KeepOnly), ("allow", rule.Allow), ("remove", rule.Remove), ("cap", rule.Cap), ("set", rule.Set), ("add", rule.Add)]
        where part.Entries.Any()
        select $"{part.Verb} {string.Join(", ", part.Entries)}";
}
