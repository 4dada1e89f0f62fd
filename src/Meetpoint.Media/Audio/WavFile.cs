using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Meetpoint.Media.Audio;

/// <summary>A RIFF WAVE file of 16-bit mono PCM; of a stereo file the first channel is read.</summary>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Samples">The sound.</param>
public sealed record WavFile(int SampleRate, ReadOnlyMemory<short> Samples)
{
    /// <summary>The longest file that is read: an hour at 48 kHz stereo.</summary>
    public const long MaxLength = 3600L * 48000 * 4;

    const int HeaderLength = 44;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no 16-bit PCM WAVE file, or too long.</exception>
    public static WavFile Read(string path)
    {
        if (new FileInfo(path).Length > MaxLength)
            throw new InvalidDataException($"'{path}' is longer than {MaxLength} bytes");
        return TryParse(File.ReadAllBytes(path), out var file) ? file : throw new InvalidDataException($"'{path}' is no 16-bit PCM WAVE file");
    }

    /// <summary>
    /// Reads the bytes of a file. Of a recording under way, whose data length is still 0 or runs past the end, all that is there is read.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out WavFile file)
    {
        file = null!;
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
            return false;
        int rate = 0, channels = 0;
        var rest = bytes[12..];
        while (rest.Length >= 8)
        {
            var isData = rest[..4].SequenceEqual("data"u8);
            var said = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var length = isData && said == 0 ? rest.Length - 8 : (int)Math.Min(said, (uint)(rest.Length - 8));
            var body = rest.Slice(8, length);
            if (rest[..4].SequenceEqual("fmt "u8) && length >= 16)
            {
                // 1 is PCM; 0xFFFE is the extensible form, whose bits a sample say the rest.
                var format = BinaryPrimitives.ReadUInt16LittleEndian(body);
                if (format is not (1 or 0xFFFE) || BinaryPrimitives.ReadUInt16LittleEndian(body[14..]) != 16)
                    return false;
                channels = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
                rate = BinaryPrimitives.ReadInt32LittleEndian(body[4..]);
            }
            else if (isData && channels > 0 && rate > 0)
            {
                var samples = new short[length / (2 * channels)];
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(body[(i * channels * 2)..]);
                file = new WavFile(rate, samples);
                return true;
            }

            rest = rest[Math.Min(rest.Length, 8 + length + (length & 1))..]; // chunks are padded to even lengths
        }

        return false;
    }

    /// <summary>Writes a file.</summary>
    public static void Write(string path, int sampleRate, ReadOnlySpan<short> samples)
    {
        using var stream = File.Create(path);
        Write(stream, sampleRate, samples);
    }

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, int sampleRate, ReadOnlySpan<short> samples)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        var dataLength = samples.Length * 2;
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], HeaderLength - 8 + dataLength);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], dataLength);
        stream.Write(header);
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(samples));
            return;
        }

        Span<byte> pair = stackalloc byte[2];
        foreach (var sample in samples)
        {
            BinaryPrimitives.WriteInt16LittleEndian(pair, sample);
            stream.Write(pair);
        }
    }
}
