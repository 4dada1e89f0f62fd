namespace Meetpoint.Bench.Harness;

/// <summary>This program once more, for the half of a benchmark that must be a process of its own.</summary>
static class OwnProgram
{
    /// <summary>What to start.</summary>
    public static string Path { get; } = Environment.ProcessPath!;

    /// <summary>With which arguments: as this program was started, by its own executable or by dotnet with the assembly.</summary>
    public static string[] Arguments(params string[] arguments) =>
        System.IO.Path.GetFileNameWithoutExtension(Path) == "dotnet" ? [typeof(OwnProgram).Assembly.Location, .. arguments] : arguments;
}
