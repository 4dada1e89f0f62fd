namespace Meetpoint.Media.Tests.Kit;

/// <summary>Reads test vectors: lines of a key and a value, where "name" begins a case and # a comment.</summary>
static class Vectors
{
    public static IEnumerable<Dictionary<string, string>> Read(string file)
    {
        Dictionary<string, string>? current = null;
        foreach (var line in File.ReadLines(Path.Combine(Root(), "media", file)))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (key, value) = (line[..space], line[(space + 1)..]);
            if (key == "name")
            {
                if (current is not null)
                    yield return current;
                current = [];
            }

            current![key] = value;
        }

        if (current is not null)
            yield return current;
    }

    public static short[] Pcm(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var pcm = new short[bytes.Length / 2];
        for (var i = 0; i < pcm.Length; i++)
            pcm[i] = (short)((bytes[2 * i] << 8) | bytes[(2 * i) + 1]);
        return pcm;
    }

    /// <summary>From where the tests run up to the repository: the compiler's own paths are mapped in a deterministic build.</summary>
    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Meetpoint.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "vectors");
    }
}
