using System.Security.Cryptography;
using System.Text;

namespace Meetpoint.Simulation.Kit;

/// <summary>Takes the lines of a <see cref="RunPart"/> as they come: all of them into the digest, the first of them to be kept.</summary>
sealed class RunPartWriter : IDisposable
{
    /// <summary>Most characters that are kept of a part: a minute of a small meeting, to the byte.</summary>
    public const int MaxKeptCharacters = 16_000_000;

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<string> _first = [];
    long _count;
    int _left = MaxKeptCharacters;

    public void Add(string line)
    {
        _count++;
        _hash.AppendData(Encoding.UTF8.GetBytes(line));
        _hash.AppendData("\n"u8);
        _left -= line.Length;
        if (_left >= 0)
            _first.Add(line);
    }

    /// <summary>What came up to now.</summary>
    public RunPart Part(string name) => new(name, _count, Convert.ToHexString(_hash.GetCurrentHash()), [.. _first]);

    public void Dispose() => _hash.Dispose();
}
