namespace Meetpoint.Xmpp.Tests.Support;

/// <summary>The files of tests/vectors/xmpp: streams, one a file, without the line end at their end.</summary>
static class Vectors
{
    static readonly string _folder = Find();

    internal static IEnumerable<string> Names => Directory.EnumerateFiles(_folder, "*.xml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    internal static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_folder, name + ".xml")).AsSpan().TrimEnd((byte)'\n').ToArray();

    // Up from the binaries: a deterministic build knows no source path.
    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = Path.Combine(folder.FullName, "vectors", "xmpp");
            if (Directory.Exists(vectors))
                return vectors;
        }

        throw new DirectoryNotFoundException("tests/vectors/xmpp is not above the test binaries");
    }
}
