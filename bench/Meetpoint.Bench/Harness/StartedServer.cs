using System.Net.Sockets;
using Meetpoint.Net;

namespace Meetpoint.Bench.Harness;

/// <summary>One start of <c>meetpoint serve</c>.</summary>
sealed class StartedServer : IDisposable
{
    /// <summary>Its configuration file.</summary>
    public const string ConfigurationName = "meetpoint.yaml";

    /// <summary>Its administration socket, as the configuration must say; beside the file.</summary>
    public const string Socket = "admin.sock";

    const long PatienceNs = 60 * MonotonicTime.Second;
    const int PatienceMs = 60_000;
    const int BetweenTriesMs = 2;

    readonly string _program;
    readonly string _folder;
    readonly long _startNs;
    readonly HttpClient _http;

    StartedServer(string program, string folder, int? processor)
    {
        (_program, _folder) = (program, folder);
        var socket = Path.Combine(folder, Socket);
        File.Delete(socket); // of the start before
        _startNs = TimeProvider.System.NowNs();
        Program = new ChildProgram(program, ["serve", "--config", ConfigurationName], folder, processor);
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

    /// <summary>The process.</summary>
    public ChildProgram Program { get; }

    /// <summary>Starts it on the configuration in a folder, held to one processor if that is told.</summary>
    public static StartedServer Start(string program, string folder, int? processor = null) => new(program, folder, processor);

    /// <summary>Milliseconds from the start until it says that it is ready.</summary>
    public double WaitUntilReady()
    {
        while (true)
        {
            if (IsReady())
                return (TimeProvider.System.NowNs() - _startNs) / (double)MonotonicTime.Millisecond;
            if (Program.HasExited || TimeProvider.System.NowNs() - _startNs > PatienceNs)
                throw new IOException($"the server does not come up: {Program.Tail}");
            Pause.For(BetweenTriesMs);
        }
    }

    /// <summary>Hands it a world, a file of its folder.</summary>
    /// <exception cref="IOException">It is refused.</exception>
    public void Apply(string worldName)
    {
        using var apply = new ChildProgram(_program, ["apply", "-f", worldName], _folder);
        if (!apply.WaitForExit(PatienceMs) || !apply.HasSucceeded)
            throw new IOException($"the world is not taken: {apply.Tail}");
    }

    public void Dispose()
    {
        _http.Dispose();
        Program.Dispose();
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
