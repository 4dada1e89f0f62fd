using System.Diagnostics;
using System.Globalization;
using Meetpoint.Configuration;

namespace Meetpoint.Demo;

/// <summary>
/// A process that we started, and that ends with us however we end: asked by SIGTERM when its guard's input closes, which the kernel does for
/// us when we are killed. Its output goes to a log file.
/// </summary>
/// <remarks>Thread safe. Only the process with the id that the guard wrote down is ever signalled.</remarks>
sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Bytes of the log that a failure shows.</summary>
    const int TailBytes = 4_000;

    // The guard: starts the program, notes its id, and ends it when the guard's own input ends. An interrupt from the terminal reaches the
    // whole process group; the program is told by us alone, so that it ends in order. Of exit codes the shell makes 128 + signal.
    const string Guard =
        """
        trap '' INT
        exec 3<&0
        pidfile=$1; log=$2; shift 2
        : >>"$log" # there before the id is: who has the process may read it
        "$@" </dev/null 3<&- >>"$log" 2>&1 &
        child=$!
        echo $child >"$pidfile"
        ( read _ <&3; kill -TERM $child 2>/dev/null; sleep 5 3<&-; kill -KILL $child 2>/dev/null ) >/dev/null 2>&1 &
        watch=$!
        wait $child; code=$?
        kill $watch 2>/dev/null
        exit $code
        """;

    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    readonly Process _guard;
    readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _isStopping;

    ChildProcess(string name, string logPath, Process guard)
    {
        Name = name;
        LogPath = logPath;
        _guard = guard;
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>Where its output goes.</summary>
    public string LogPath { get; }

    /// <summary>Its process id; 0 until it runs.</summary>
    public int Id { get; private set; }

    /// <summary>Done with the exit code once it has ended; 128 and more are signals.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>True when we ended it.</summary>
    public bool WasStopped => Volatile.Read(ref _isStopping) != 0;

    /// <summary>Starts a program.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="folder">Its working folder, where log and id are kept too.</param>
    /// <param name="program">Path or name of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="DemoFailedException">It could not be started.</exception>
    public static Task<ChildProcess> StartAsync(string name, string folder, string program, params IReadOnlyList<string> arguments) =>
        StartAsync(name, folder, new Dictionary<string, string>(), program, arguments);

    /// <inheritdoc cref="StartAsync(string, string, string, IReadOnlyList{string})"/>
    /// <param name="name">What people call it.</param>
    /// <param name="folder">Its working folder, where log and id are kept too.</param>
    /// <param name="environment">Variables that it has on top of ours.</param>
    /// <param name="program">Path or name of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<ChildProcess> StartAsync(
        string name, string folder, IReadOnlyDictionary<string, string> environment, string program, IReadOnlyList<string> arguments)
    {
        var log = Path.Combine(folder, "log");
        var idPath = Path.Combine(folder, "pid");
        File.Delete(idPath);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", idPath, log, program, .. arguments])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        // What is meant for one exchange of the caller's is not meant for each of ours.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith(YamlTree.VariablePrefix, StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(variable);
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        var guard = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(name, log, guard);
        guard.Exited += (_, _) => child._exited.TrySetResult(guard.ExitCode);
        guard.Start();
        child.Id = (await Expect.EventuallyAsync(
            async () => File.Exists(idPath) && (await File.ReadAllTextAsync(idPath)) is [.., '\n'] text ? text : null,
            TimeSpan.FromSeconds(10), $"{name} to start")) is var id
            ? int.Parse(id, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) : 0;
        return child;
    }

    /// <summary>The last lines of the log, for a failure.</summary>
    public string LogTail()
    {
        if (!File.Exists(LogPath))
            return "(no log)";
        using var log = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(-Math.Min(log.Length, TailBytes), SeekOrigin.End);
        using var reader = new StreamReader(log);
        return reader.ReadToEnd().Trim();
    }

    /// <summary>Asks it to end, and waits; after 5 s the guard kills it.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _isStopping, 1) == 0)
            _guard.StandardInput.Close();
        await _exited.Task.WithinAsync(StopLimit, $"{Name} (process {Id}) to end", LogTail);
    }

    /// <summary>Ends it as a crash does, by SIGKILL.</summary>
    public async Task KillAsync()
    {
        Interlocked.Exchange(ref _isStopping, 1);
        using (var process = Process.GetProcessById(Id))
            process.Kill();
        await _exited.Task.WithinAsync(StopLimit, $"{Name} (process {Id}) to be killed");
        _guard.StandardInput.Close();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_exited.Task.IsCompleted)
            await StopAsync();
        _guard.Dispose();
    }
}
