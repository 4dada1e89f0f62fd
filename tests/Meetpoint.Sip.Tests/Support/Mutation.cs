namespace Meetpoint.Sip.Tests.Support;

/// <summary>Breaks messages of a corpus in ways that parsers trip over: odd bytes, missing and doubled stretches.</summary>
static class Mutation
{
    public static byte[] Of(byte[][] corpus, Random random)
    {
        var bytes = corpus[random.Next(corpus.Length)].ToList();
        ReadOnlySpan<byte> odd = "\r\n\0\"<>;,:%[]@ \t=?"u8;
        for (var n = random.Next(1, 8); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.Insert(at, odd[random.Next(odd.Length)]); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }
}
