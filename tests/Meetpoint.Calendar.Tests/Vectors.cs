namespace Meetpoint.Calendar.Tests;

/// <summary>Reads the text files of tests/vectors/calendar.</summary>
static class Vectors
{
    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", name));

    public static IEnumerable<string[]> Rows(string name) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", name))
        where line.Length > 0 && line[0] != '#'
        select line.Split('|', StringSplitOptions.TrimEntries);
}
