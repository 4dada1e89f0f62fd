using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Meetpoint.Net;

namespace Meetpoint.Bench.Startup;

/// <summary>One start of <c>meetpoint serve</c>.</summary>
sealed class StartedServer : IDisposable
{
    const long PatienceNs = 60 * MonotonicTime.Second;
    const int BetweenTriesMs = 2;

    readonly Process _process;
    readonly long _startNs;
    readonly HttpClient _http;

    StartedServer(Process process, string socket, long startNs)
    {
        (_process, _startNs) = (process, startNs);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
    }

    public static StartedServer Start(string program, string folder)
    {
        var start = new ProcessStartInfo(program, ["serve", "--config", DemonstrationExchange.ConfigurationName])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        var socket = Path.Combine(folder, DemonstrationExchange.Socket);
        File.Delete(socket); // of the start before
        var startNs = TimeProvider.System.NowNs();
        return new StartedServer(Process.Start(start)!, socket, startNs);
    }

    /// <summary>Milliseconds from the start until it says that it is ready.</summary>
    public double WaitUntilReady()
    {
        using var never = new ManualResetEventSlim();
        while (true)
        {
            if (IsReady())
                return (TimeProvider.System.NowNs() - _startNs) / (double)MonotonicTime.Millisecond;
            if (_process.HasExited || TimeProvider.System.NowNs() - _startNs > PatienceNs)
                throw new IOException($"the server does not come up: {_process.StandardOutput.ReadToEnd()}");
            never.Wait(BetweenTriesMs);
        }
    }

    /// <summary>VmRSS of proc(5).</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    bool IsReady()
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/health/ready");
            using var answer = _http.Send(request);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or NotSupportedException)
        {
            return false;
        }
    }
}
