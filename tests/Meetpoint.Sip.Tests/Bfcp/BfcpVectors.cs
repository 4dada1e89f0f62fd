using Meetpoint.Sip.Tests.Support;

namespace Meetpoint.Sip.Tests.Bfcp;

/// <summary>The messages of tests/vectors/bfcp/libre.txt, as another make wrote them.</summary>
static class BfcpVectors
{
    public static IReadOnlyDictionary<string, byte[]> All { get; } = File.ReadAllLines(Path.Combine(Vectors.Folder, "..", "bfcp", "libre.txt"))
        .Where(static line => !line.StartsWith('#')).Select(static line => line.Split(' ')).ToDictionary(static fields => fields[0], static fields => Convert.FromHexString(fields[1]));
}
