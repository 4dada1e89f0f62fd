using System.Buffers;

namespace Meetpoint.Exchange.Nni;

/// <summary>Reads a body of unknown length with bounded memory.</summary>
static class BoundedBody
{
    const int ChunkBytes = 16 << 10;

    /// <summary>All bytes; null as soon as there are more than <paramref name="maxBytes"/>.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>(ChunkBytes);
        int read;
        while ((read = await stream.ReadAsync(body.GetMemory(ChunkBytes), cancellation).ConfigureAwait(false)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > maxBytes)
                return null;
        }

        return body.WrittenSpan.ToArray();
    }
}
