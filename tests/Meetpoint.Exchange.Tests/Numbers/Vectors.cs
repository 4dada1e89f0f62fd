namespace Meetpoint.Exchange.Tests.Numbers;

/// <summary>Reads tests/vectors/numbers: a case a line, fields between bars.</summary>
static class Vectors
{
    public static IEnumerable<string[]> Rows(string name) =>
        from line in File.ReadLines(Path.Combine(Folder(), name))
        where line.Length > 0 && line[0] != '#'
        select line.Split('|', StringSplitOptions.TrimEntries);

    static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Meetpoint.slnx")))
                return Path.Combine(folder.FullName, "tests", "vectors", "numbers");
        }

        throw new DirectoryNotFoundException("no Meetpoint.slnx above the test binaries");
    }
}
