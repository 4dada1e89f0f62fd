using System.Text;

namespace Meetpoint.Sip.Tests.Support;

/// <summary>The files of tests/vectors/sip; LF becomes CRLF as their README says.</summary>
static class Vectors
{
    public static string Folder { get; } = Find();

    public static byte[] Read(string name)
    {
        var bytes = new List<byte>();
        foreach (var b in File.ReadAllBytes(Path.Combine(Folder, name)))
        {
            if (b == '\n')
                bytes.Add((byte)'\r');
            bytes.Add(b);
        }

        return [.. bytes];
    }

    public static IEnumerable<(string Name, SipParseError Expected)> Torture() =>
        File.ReadAllLines(Path.Combine(Folder, "rfc4475", "expected.txt"))
            .Select(line => line.Split(' '))
            .Select(fields => (fields[0], Enum.Parse<SipParseError>(fields[1])));

    public static byte[] Torture(string name) => Read(Path.Combine("rfc4475", name + ".txt"));

    public static byte[] Wire(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    // Up from the binaries: a deterministic build knows no source path.
    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = Path.Combine(folder.FullName, "vectors", "sip");
            if (Directory.Exists(vectors))
                return vectors;
        }

        throw new DirectoryNotFoundException("tests/vectors/sip is not above the test binaries");
    }
}
