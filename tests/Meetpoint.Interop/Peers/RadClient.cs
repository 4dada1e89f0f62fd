using System.Diagnostics;
using System.Text.RegularExpressions;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>What radclient was answered.</summary>
/// <param name="Codes">"Access-Accept", "Access-Reject", "Accounting-Response" of each answer, in order; empty for silence.</param>
/// <param name="Text">All that it wrote.</param>
sealed record RadClientAnswer(IReadOnlyList<string> Codes, string Text)
{
    /// <summary>That of the only answer; "silence" when none came.</summary>
    public string Code => Codes.Count == 0 ? "silence" : Assert.Single(Codes);

    /// <summary>What the answer says of an attribute, in the order of the packet.</summary>
    public IReadOnlyList<string> Values(string attribute) =>
        [.. Regex.Matches(Text[Math.Max(0, Text.IndexOf("Received ", StringComparison.Ordinal))..], $"^\t{attribute} = (.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value.Trim('"'))];
}

/// <summary>radclient of FreeRADIUS: an access server that asks what it is told to.</summary>
/// <param name="source">Address that it sends from.</param>
/// <param name="secret">What it shares with the server.</param>
sealed partial class RadClient(NetAddress source, string secret)
{
    /// <summary>By what radclient says so.</summary>
    public const string MessageAuthenticator = "Message-Authenticator = 0x00";

    static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="server">Whom.</param>
    /// <param name="kind">"auth", "acct" or "status".</param>
    /// <param name="attributes">As radclient reads them, separated by commas.</param>
    /// <param name="patience">Seconds that it waits for an answer, each time.</param>
    /// <param name="tries">How often it asks.</param>
    public Task<RadClientAnswer> AskAsync(NetAddress server, string kind, string attributes, double patience = 5, int tries = 1) => AskAsync(server, kind, [attributes], patience, tries);

    /// <summary>Asks each, several at a time.</summary>
    /// <inheritdoc cref="AskAsync(NetAddress, string, string, double, int)"/>
    public async Task<RadClientAnswer> AskAsync(NetAddress server, string kind, IEnumerable<string> requests, double patience = 5, int tries = 1)
    {
        var start = new ProcessStartInfo(
            RealPeer.Require("radclient", "freeradius-utils"),
            ["-x", "-p", "50", "-r", tries.ToString(System.Globalization.CultureInfo.InvariantCulture), "-t", patience.ToString(System.Globalization.CultureInfo.InvariantCulture), $"{server}", kind, secret])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(string.Join("\n\n", requests.Select(request => $"Packet-Src-IP-Address = {source.Host}, {request}")) + "\n");
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WithinAsync(_longest, "radclient to end");
        var text = await output + await errors;
        return new RadClientAnswer([.. Received().Matches(text).Select(match => match.Groups[1].Value)], text);
    }

    [GeneratedRegex("^Received ([A-Za-z-]+) Id", RegexOptions.Multiline)]
    private static partial Regex Received();
}
