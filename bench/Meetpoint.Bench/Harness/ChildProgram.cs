using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Meetpoint.Bench.Harness;

/// <summary>A program that a benchmark starts, with the processes that it starts in turn: what it says is kept short, what it costs can be read, and it ends with us.</summary>
public sealed partial class ChildProgram : IDisposable
{
    const int TailLines = 30;
    const int Terminate = 15; // SIGTERM
    const int TerminateMs = 3_000;

    readonly Process _process;
    readonly Queue<string> _tail = new();

    /// <summary>Starts it.</summary>
    /// <param name="program">Its path, or a name on the path.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="folder">Where it runs; null here.</param>
    /// <param name="processor">The processor that it is held to, counted from 0; null for all.</param>
    public ChildProgram(string program, IEnumerable<string> arguments, string? folder = null, int? processor = null)
    {
        var start = processor is { } only
            ? new ProcessStartInfo("taskset", ["-c", only.ToString(CultureInfo.InvariantCulture), program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        start.WorkingDirectory = folder ?? "";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        AppDomain.CurrentDomain.ProcessExit += Kill;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Number of the process that was started.</summary>
    public int Id => _process.Id;

    /// <summary>True once it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>True once it ended and said that all went well.</summary>
    public bool HasSucceeded => _process.HasExited && _process.ExitCode == 0;

    /// <summary>The last lines that it wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return string.Join('\n', _tail);
        }
    }

    /// <summary>Nanoseconds that it and the processes that it started have run, user and kernel; of those that are there.</summary>
    public long ProcessorNs => Tree().Sum(ProcessorTime.ProcessNs);

    /// <summary>Bytes resident in all of these processes (VmRSS of proc(5)); what they share counts in each.</summary>
    public long ResidentBytes => Tree().Sum(ResidentBytesOf);

    /// <summary>Waits for its end; false when it has not come by then.</summary>
    public bool WaitForExit(int milliseconds) => _process.WaitForExit(milliseconds);

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        // Asked first: a server with processes of its own ends those, and takes note that they ended.
        if (!_process.HasExited && (Signal(Id, Terminate) != 0 || !_process.WaitForExit(TerminateMs)))
            Kill(null, EventArgs.Empty);
        _process.WaitForExit();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);

    void Kill(object? sender, EventArgs e) => _process.Kill(entireProcessTree: true);

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_tail)
        {
            if (_tail.Count == TailLines)
                _tail.Dequeue();
            _tail.Enqueue(line.Data);
        }
    }

    List<int> Tree()
    {
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .ToDictionary(id => id, ParentOf);
        var tree = new List<int> { Id };
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(parents.Where(pair => pair.Value == tree[i]).Select(pair => pair.Key));
        return tree;
    }

    /// <summary>The fourth field of /proc/PID/stat; the second is the name in brackets, which may hold anything.</summary>
    static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // Ended since.
        }
    }

    /// <summary>VmRSS of proc(5) of a process.</summary>
    public static long ResidentBytesOf(int id)
    {
        var line = File.ReadLines($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
