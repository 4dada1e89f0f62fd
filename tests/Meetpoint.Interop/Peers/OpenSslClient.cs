using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>openssl s_client as somebody's SIP over TLS: one connection, one request, and all that it says of the certificates that it was shown.</summary>
static class OpenSslClient
{
    /// <summary>Connects, sends a request, and ends when it is answered or the connection is closed.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="name">Who the server must be.</param>
    /// <param name="trusted">PEM file of whom the client believes.</param>
    /// <param name="own">PEM files of the client's certificate, with its intermediates, and key; null shows none.</param>
    /// <param name="request">What it sends.</param>
    /// <param name="limit">How long all of it may take.</param>
    /// <returns>What it wrote: the chain, its judgement, the answer.</returns>
    public static async Task<string> AskAsync(NetAddress server, string name, string trusted, (string Certificate, string Key)? own, string request, TimeSpan limit)
    {
        var start = new ProcessStartInfo(
            RealPeer.Require("openssl", "openssl"),
            [
                "s_client", "-connect", server.ToString(), "-servername", name, "-verify_hostname", name, "-verify_return_error", "-CAfile", trusted, "-no-CApath", "-no-CAstore",
                .. own is var (certificate, key) ? (string[])["-cert", certificate, "-key", key, "-cert_chain", certificate] : [], "-showcerts", "-nocommands", "-ign_eof",
            ])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(limit);
        var faults = process.StandardError.ReadToEndAsync(bound.Token);
        var written = new StringBuilder();
        try
        {
            await process.StandardInput.WriteAsync(request);
            await process.StandardInput.FlushAsync(bound.Token);
            while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
            {
                written.AppendLine(CultureInfo.InvariantCulture, $"{line}");
                if (line.StartsWith("SIP/2.0 ", StringComparison.Ordinal))
                    break;
            }
        }
        catch (IOException)
        {
            // Closed under it.
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        return written.Append(await faults).ToString();
    }
}
