using System.Text;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Documents under tests/vectors/presence, and the pages that are held against the code.</summary>
static class PresenceVectors
{
    public static string Root { get; } = FindRoot();

    public static byte[] Document(string name) => File.ReadAllBytes(Path.Combine(Root, "tests", "vectors", "presence", name));

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(Root, "tests", "vectors", "presence"), "*.xml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    public static IEnumerable<string[]> Cases =>
        from line in File.ReadLines(Path.Combine(Root, "tests", "vectors", "presence", "cases.txt"))
        where line.Length > 0 && line[0] != '#'
        select line.Split('|', StringSplitOptions.TrimEntries);

    public static string Page(string path) => File.ReadAllText(Path.Combine(Root, path), Encoding.UTF8);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Meetpoint.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("no Meetpoint.slnx above the test binaries");
    }
}
