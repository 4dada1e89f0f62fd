using System.Diagnostics.CodeAnalysis;
using Meetpoint.Bench.Admission;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.JoinCost;
using Meetpoint.Bench.JoinTime;
using Meetpoint.Bench.MediaMix;
using Meetpoint.Bench.MediaRelay;
using Meetpoint.Bench.Presence;
using Meetpoint.Bench.Radius;
using Meetpoint.Bench.Roaming;
using Meetpoint.Bench.Sip;
using Meetpoint.Bench.Startup;
using Meetpoint.Bench.VideoForward;
using Meetpoint.Bench.Xmpp;

namespace Meetpoint.Bench;

/// <summary>What is asked for: <c>NAME [--short] [--json FILE]</c>.</summary>
sealed record CommandLine(Func<Effort, Benchmark> Make, Effort Effort, string? JsonFile)
{
    // Each benchmark is one line here and one folder.
    static readonly Dictionary<string, Func<Effort, Benchmark>> Known = new(StringComparer.Ordinal)
    {
        ["admission"] = static effort => new AdmissionBenchmark(effort),
        ["media-forward"] = static effort => new VideoForwardBenchmark(effort),
        ["join-cost"] = static effort => new JoinCostBenchmark(effort),
        ["join-time"] = static effort => new JoinTimeBenchmark(effort),
        ["media-mix"] = static effort => new MediaMixBenchmark(effort),
        ["media-mix-opus"] = static effort => new MediaMixBenchmark(effort, isOpus: true),
        ["media-relay"] = static effort => new MediaRelayBenchmark(effort),
        ["overload"] = static effort => new OverloadBenchmark(effort),
        ["presence-fanout"] = static effort => new PresenceFanoutBenchmark(effort),
        ["presence-many"] = static effort => new PresenceManyBenchmark(effort),
        ["radius-accounting"] = static effort => new RadiusAccountingBenchmark(effort),
        ["radius-forward"] = static effort => new RadiusForwardBenchmark(effort),
        ["radius-proxy"] = static effort => new RadiusProxyBenchmark(effort),
        ["radius-tls"] = static effort => new RadiusTlsBenchmark(effort),
        ["roaming-accounting"] = static effort => new RoamingAccountingBenchmark(effort),
        ["sip-anchored"] = static effort => new SipAnchoredBenchmark(effort),
        ["sip-proxy"] = static effort => new SipProxyBenchmark(effort, SipTransport.Udp),
        ["sip-proxy-tcp"] = static effort => new SipProxyBenchmark(effort, SipTransport.Tcp),
        ["sip-proxy-tls"] = static effort => new SipProxyTlsBenchmark(effort),
        ["video-delay"] = static effort => new VideoDelayBenchmark(effort),
        ["startup"] = static effort => new StartupBenchmark(effort),
        ["xmpp-s2s"] = static effort => new XmppS2sBenchmark(effort),
    };

    public static string Usage => $"usage: bench/run NAME [--short] [--json FILE]\nNAME: {string.Join(", ", Known.Keys)}";

    public static bool TryParse(string[] args, [NotNullWhen(true)] out CommandLine? command)
    {
        command = null;
        if (args is not [var name, .. var rest] || !Known.TryGetValue(name, out var make))
            return false;
        command = new CommandLine(make, Effort.Full, null);
        while (rest.Length > 0)
        {
            switch (rest)
            {
                case ["--short", .. var more]:
                    command = command with { Effort = Effort.Short };
                    rest = more;
                    break;
                case ["--json", var file, .. var more]:
                    command = command with { JsonFile = file };
                    rest = more;
                    break;
                default:
                    command = null;
                    return false;
            }
        }

        return true;
    }
}
