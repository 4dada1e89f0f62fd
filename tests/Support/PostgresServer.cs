using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meetpoint.Tests.Support;

/// <summary>
/// A PostgreSQL server of Debian's package, started for the tests that share it and ended with them. As root a missing server is a failure,
/// otherwise the tests are skipped with the reason. fsync stays on: what is tested is what runs.
/// </summary>
/// <remarks>
/// Link this file into a test project and take it as a class or collection fixture.
/// The server refuses to run as root, so it runs as the user postgres in a folder of that user.
/// </remarks>
public sealed class PostgresServer : IAsyncLifetime
{
    const string Packages = "/usr/lib/postgresql";
    const int StartAttempts = 600;

    // The shell ends the server when its own input ends, so that a killed test host leaves no server behind.
    const string UntilInputEnds = "\"$@\" & server=$!; read _; kill -INT $server 2>/dev/null; wait $server";

    readonly string folder = Path.Combine(Path.GetTempPath(), "meetpoint-pg-" + Guid.NewGuid().ToString("N"));
    readonly ConcurrentQueue<string> log = new();
    Process? server;
    string? binaries;
    int port;

    /// <summary>Npgsql's connection string of a superuser of the database "postgres", over loopback.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Timeout=5");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        binaries = Directory.Exists(Packages) // the newest that is whole
            ? Directory.GetDirectories(Packages).Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).LastOrDefault(b => File.Exists(Path.Combine(b, "postgres")))
            : null;
        if (binaries is null)
        {
            if (Environment.IsPrivilegedProcess)
                throw new InvalidOperationException($"PostgreSQL is not installed: nothing under {Packages}. apt-get install --no-install-recommends postgresql");
            return;
        }

        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", folder]);
        await RunAsync(Path.Combine(binaries, "initdb"),
            ["-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], asPostgres: true);
        await StartAsync();
    }

    /// <summary>True once it runs; false where it is not installed.</summary>
    public bool IsInstalled => server is not null;

    /// <summary>Skips the running test when there is no server.</summary>
    public void SkipWhenAbsent() => Assert.SkipWhen(server is null, $"PostgreSQL is not installed under {Packages}.");

    /// <summary>Ends the server without a checkpoint, as a crash does, and starts it again on the same port.</summary>
    public Task CrashAndRestartAsync() => WhileAwayAsync(static () => Task.CompletedTask);

    /// <summary>Ends the server without a checkpoint, as a crash does, and starts it again on the same port after something was done without it.</summary>
    public async Task WhileAwayAsync(Func<Task> during)
    {
        await StopAsync("immediate");
        try
        {
            await during();
        }
        finally
        {
            await StartAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync("immediate");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    string Data => Path.Combine(folder, "data");

    async Task StartAsync()
    {
        port = port != 0 ? port : FreePort();
        var start = Command("sh",
            ["-c", UntilInputEnds, "sh", Path.Combine(binaries!, "postgres"), "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder, "-h", "127.0.0.1",
             "-c", "fsync=on", "-c", "shared_buffers=16MB", "-c", "max_connections=60", "-c", "logging_collector=off"], asPostgres: true);
        start.RedirectStandardInput = true;
        server = Process.Start(start)!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        for (var attempt = 0; attempt < StartAttempts; attempt++)
        {
            if (await RunAsync(Path.Combine(binaries!, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture)], check: false) == 0)
                return;
            await Task.Delay(50);
        }

        throw new InvalidOperationException("PostgreSQL did not become ready: " + string.Join('\n', log));
    }

    // pg_ctl signals the process whose id stands in the data folder: this server and no other.
    async Task StopAsync(string mode)
    {
        if (server is null)
            return;
        await RunAsync(Path.Combine(binaries!, "pg_ctl"), ["stop", "-D", Data, "-m", mode, "-w", "-s"], asPostgres: true, check: false);
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
        server = null;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static ProcessStartInfo Command(string program, string[] arguments, bool asPostgres)
    {
        var change = asPostgres && Environment.IsPrivilegedProcess;
        return new ProcessStartInfo(change ? "runuser" : program, change ? ["-u", "postgres", "--", program, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
    }

    static async Task<int> RunAsync(string program, string[] arguments, bool asPostgres = false, bool check = true)
    {
        using var process = Process.Start(Command(program, arguments, asPostgres))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 || !check
            ? process.ExitCode
            : throw new InvalidOperationException($"{program} gave {process.ExitCode}: {error}{await output}");
    }
}
