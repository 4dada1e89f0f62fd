using System.Text;

namespace Meetpoint.Sip.Tests.Support;

/// <summary>The files of tests/vectors/sip; LF becomes CRLF as their README says.</summary>
static class Vectors
{
    public static string Folder { get; } = Find();

    /// <summary>A vector: text whose LF becomes CRLF, or a .bin as it stands.</summary>
    public static byte[] Read(string name)
    {
        if (File.Exists(Path.Combine(Folder, name + ".bin")))
            return File.ReadAllBytes(Path.Combine(Folder, name + ".bin"));
        var bytes = new List<byte>();
        foreach (var b in File.ReadAllBytes(Path.Combine(Folder, name + ".txt")))
        {
            if (b == '\n')
                bytes.Add((byte)'\r');
            bytes.Add(b);
        }

        return [.. bytes];
    }

    /// <summary>The messages of RFC 4475 and RFC 5118 by "rfc/name", with what the parser finds and what a user agent answers; 0 is silence.</summary>
    public static IEnumerable<(string Name, SipParseError Expected, int Status)> Torture() =>
        from rfc in new[] { "rfc4475", "rfc5118" }
        from line in File.ReadAllLines(Path.Combine(Folder, rfc, "expected.txt"))
        let fields = line.Split(' ')
        select ($"{rfc}/{fields[0]}", Enum.Parse<SipParseError>(fields[1]), fields[2] == "-" ? 0 : int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture));

    public static byte[] Torture(string name) => Read(name.Contains('/', StringComparison.Ordinal) ? name : "rfc4475/" + name);

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
