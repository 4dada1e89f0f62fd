using System.Diagnostics;
using System.Globalization;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Worlds;

/// <summary>What is cut between two exchanges.</summary>
[Flags]
public enum CutParts
{
    /// <summary>UDP between them: the cascade.</summary>
    Media = 1,

    /// <summary>TCP to where either hears the other: SIP and signed messages.</summary>
    Signalling = 2,
}

/// <summary>A cut between two exchanges of loopback, by the machine's packet filter: what it drops, neither side is told of. Mended when this is disposed. It takes root.</summary>
sealed class CutWay : IAsyncDisposable
{
    readonly string _filter;
    readonly IReadOnlyList<string[]> _rules;

    CutWay(string filter, IReadOnlyList<string[]> rules) => (_filter, _rules) = (filter, rules);

    /// <summary>Cuts; without root, or where not even root may, the test is skipped.</summary>
    public static async Task<CutWay> OpenAsync(PartyPlan one, PartyPlan other, CutParts parts)
    {
        var filter = RealPeer.Require("iptables", "iptables");
        Assert.SkipUnless(Environment.IsPrivilegedProcess && await RunAsync(filter, "-S", "INPUT") == 0, "only root may cut a way between two processes, with the right to administer the network");
        var way = new CutWay(filter, [.. Rules(one, other, parts)]);
        // What a run before left, which was killed.
        await way.DisposeAsync();
        foreach (var rule in way._rules)
            Assert.Equal(0, await RunAsync(filter, ["-I", .. rule]));
        return way;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var rule in _rules)
        {
            while (await RunAsync(_filter, ["-D", .. rule]) == 0)
            {
                // Once more, if it stands there twice.
            }
        }
    }

    static IEnumerable<string[]> Rules(PartyPlan one, PartyPlan other, CutParts parts)
    {
        foreach (var (from, to) in ((PartyPlan, PartyPlan)[])[(one, other), (other, one)])
        {
            if (parts.HasFlag(CutParts.Media))
                yield return ["INPUT", "-p", "udp", "-s", from.Sip.Host, "-d", to.Sip.Host, "-j", "DROP"];
            // Who connects does so from any address of loopback.
            foreach (var port in parts.HasFlag(CutParts.Signalling) ? (int[])[to.SipTls.Port, to.Nni.Port] : [])
            {
                var number = port.ToString(CultureInfo.InvariantCulture);
                yield return ["INPUT", "-p", "tcp", "-d", to.Sip.Host, "--dport", number, "-j", "DROP"];
                yield return ["INPUT", "-p", "tcp", "-s", to.Sip.Host, "--sport", number, "-j", "DROP"];
            }
        }
    }

    static async Task<int> RunAsync(string filter, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(filter, ["-w", "5", .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
