using System.Globalization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Discovery;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>What was discovered, in words and for the API.</summary>
static class DiscoveryViews
{
    /// <summary>Realms that are shown, those that were asked for last.</summary>
    public const int MaxShown = 1_000;

    const int MaxRecords = 8;
    const int MaxText = 160;

    /// <summary>Of one realm.</summary>
    /// <param name="realm">What is known.</param>
    /// <param name="nowNs">The loop's time.</param>
    /// <param name="now">The same in wall time.</param>
    public static RadiusDiscoveredView Of(DiscoveredRealm realm, long nowNs, Instant now) => new(
        realm.Realm, NaptrSelection.Tag(realm.Service), realm.Word, [.. realm.Servers.Select(server => new RadiusDiscoveredServerView(server.Host, server.Address.ToString()))],
        realm.UntilNs > nowNs ? now + Duration.FromSeconds((realm.UntilNs - nowNs) / MonotonicTime.Second) : null);

    /// <summary>Of all that is remembered, as many as are shown.</summary>
    public static IReadOnlyList<RadiusDiscoveredView> Of(RealmDiscovery discovery, long nowNs, Instant now) => [.. discovery.All.Take(MaxShown).Select(realm => Of(realm, nowNs, now))];

    /// <summary>Each question with its answer, a line each.</summary>
    public static IReadOnlyList<string> Steps(IEnumerable<RealmQuestion> questions) => [.. questions.Select(question => Short(
        $"{question.Type.ToString().ToUpperInvariant()} {question.Name}: {Said(question.Answer)}"))];

    /// <summary>What is known, in a line.</summary>
    public static string Describe(DiscoveredRealm? realm) => realm?.State switch
    {
        null => "it has not been looked up; `meetpoint roaming discover` does so, as would a request",
        DiscoveryState.Found => $"the DNS {(realm.IsStale ? "is silent, and named before" : "names")} {string.Join(", ", realm.Servers.Select(server => $"{server.Host} at {server.Address}"))}",
        DiscoveryState.Looking => "it is being looked up",
        DiscoveryState.Absent => "the DNS names no server for it",
        DiscoveryState.Self => "it leads to this exchange itself",
        DiscoveryState.Silent => "the DNS did not answer",
        DiscoveryState.Unproven => "none of its servers proved that it may serve it",
        DiscoveryState.NoName => "it is no name of the DNS",
        _ => "too much is looked up already",
    };

    static string Said(DnsAnswer answer) => answer.Status switch
    {
        DnsAnswerStatus.Found => string.Create(CultureInfo.InvariantCulture, $"{string.Join(" | ", answer.Records.Take(MaxRecords).Select(Text))}, for {answer.LifeSeconds} s"),
        DnsAnswerStatus.NoData => string.Create(CultureInfo.InvariantCulture, $"none, for {answer.LifeSeconds} s"),
        DnsAnswerStatus.NoSuchName => string.Create(CultureInfo.InvariantCulture, $"no such name, for {answer.LifeSeconds} s"),
        _ => "no answer",
    };

    static string Text(DnsRecord record) => record switch
    {
        NaptrRecord naptr => string.Create(CultureInfo.InvariantCulture, $"{naptr.Order} {naptr.Preference} \"{naptr.Flags}\" \"{naptr.Service}\" {naptr.Replacement}"),
        SrvRecord srv => string.Create(CultureInfo.InvariantCulture, $"{srv.Priority} {srv.Weight} {srv.Port} {srv.Target}"),
        AddressRecord address => address.Address.Host,
        _ => record.Type.ToString(),
    };

    // A stranger's zone: it may say what it likes, at any length.
    static string Short(string line) => string.Concat((line.Length <= MaxText ? line : line[..MaxText] + "…").Select(letter => char.IsControl(letter) ? '?' : letter));
}
