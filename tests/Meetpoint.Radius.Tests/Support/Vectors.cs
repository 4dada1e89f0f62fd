namespace Meetpoint.Radius.Tests.Support;

/// <summary>The files of tests/vectors/radius: a vector a line, fields divided by spaces, "#" before a remark.</summary>
static class Vectors
{
    static readonly string _folder = Find();

    internal static IEnumerable<string[]> Read(string name) => File.ReadLines(Path.Combine(_folder, name))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    internal static byte[] Bytes(string field) => field == "-" ? [] : Convert.FromHexString(field);

    // Up from the binaries: a deterministic build knows no source path.
    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = Path.Combine(folder.FullName, "vectors", "radius");
            if (Directory.Exists(vectors))
                return vectors;
        }

        throw new DirectoryNotFoundException("tests/vectors/radius is not above the test binaries");
    }
}
