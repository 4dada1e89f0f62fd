namespace Meetpoint.Interop;

/// <summary>Where the repository stands, seen from the tests' output.</summary>
static class RepositoryRoot
{
    /// <summary>Its folder.</summary>
    public static string Path { get; } = Find();

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Meetpoint.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not stand in the repository");
        return folder;
    }
}
