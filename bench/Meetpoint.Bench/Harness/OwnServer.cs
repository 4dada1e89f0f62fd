using System.Diagnostics;
using System.Globalization;

namespace Meetpoint.Bench.Harness;

/// <summary>Our own server of a benchmark, in a process of its own: it is told lines on its standard input, and answers them with numbers on its output, one a line.</summary>
/// <param name="verb">Word of this program that begins the server.</param>
/// <param name="arguments">What it is told besides.</param>
sealed class OwnServer(string verb, params string[] arguments)
{
    /// <summary>The process; it ends with its <see cref="MeasuredProcess"/>.</summary>
    public Process Process { get; } = Process.Start(new ProcessStartInfo(OwnProgram.Path, OwnProgram.Arguments([verb, .. arguments]))
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Tells it a line, and waits for the answer.</summary>
    /// <exception cref="IOException">It ended.</exception>
    public long Ask(string question)
    {
        Tell(question);
        return Read();
    }

    /// <summary>Tells it a line.</summary>
    public void Tell(string line)
    {
        Process.StandardInput.WriteLine(line);
        Process.StandardInput.Flush();
    }

    /// <summary>Its next answer.</summary>
    /// <exception cref="IOException">It ended.</exception>
    public long Read() => long.Parse(Process.StandardOutput.ReadLine() ?? throw new IOException($"{verb} ended"), CultureInfo.InvariantCulture);
}
