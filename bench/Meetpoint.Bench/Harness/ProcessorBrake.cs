using System.Globalization;

namespace Meetpoint.Bench.Harness;

/// <summary>A process whose threads do nothing, at full tilt, on one processor: what else is held to it gets a share only, as on a slower machine. Needs no rights.</summary>
sealed class ProcessorBrake : IDisposable
{
    /// <summary>Starts the half that spins: VERB THREADS.</summary>
    public const string Verb = "spin";

    readonly ChildProgram _program;

    public ProcessorBrake(int processor, int threads) =>
        _program = new ChildProgram(OwnProgram.Path, OwnProgram.Arguments(Verb, threads.ToString(CultureInfo.InvariantCulture)), processor: processor);

    /// <summary>Spins until its input ends, which is when the one that started it ends.</summary>
    public static int Run(int threads, TextReader input)
    {
        for (var i = 0; i < threads; i++)
            new Thread(Spin) { IsBackground = true }.Start();
        while (input.ReadLine() is not null)
        {
            // Nothing is told.
        }

        return 0;
    }

    public void Dispose() => _program.Dispose();

    static void Spin()
    {
        const int Iterations = 10_000;
        while (true)
            Thread.SpinWait(Iterations);
    }
}
