using System.Diagnostics;

namespace Meetpoint.Bench.Startup;

/// <summary>The program as it is released: one self-contained file, compiled ahead of time.</summary>
static class PublishedProgram
{
    const string Executable = "meetpoint";

    /// <summary>The one that was built together with this benchmark: not self-contained, compiled as it runs.</summary>
    public static string BuiltBeside => Path.Combine(AppContext.BaseDirectory, Executable);

    /// <summary>Publishes it below obj/ of the program and gives its path.</summary>
    public static string Make()
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "Meetpoint.slnx")))
            repository = repository.Parent;
        if (repository is null)
            throw new IOException("this does not run from within its repository");
        var project = Path.Combine(repository.FullName, "src", "Meetpoint");
        var output = Path.Combine(project, "obj", "published");
        // A second publishing into the folder of a first cleans away what it does not write again, the database's library among it.
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        Console.Out.WriteLine("publishing...");
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", project, "-c", "Release", "-r", "linux-x64", "--self-contained", "true", "-p:PublishSingleFile=true",
            "-p:PublishReadyToRunComposite=true", "-p:RestoreLockedMode=false", "-p:NuGetLockFilePath=obj/publish.lock.json",
            "-p:RunAnalyzers=false", "-o", output, "-v", "q", "--nologo",
        ]))!;
        publish.WaitForExit();
        return publish.ExitCode == 0 ? Path.Combine(output, Executable) : throw new IOException("the program cannot be published");
    }
}
