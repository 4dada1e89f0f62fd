using Meetpoint.Media.Recording;

namespace Meetpoint.Tests.Support;

/// <summary>A disk in memory, which is full at so many bytes.</summary>
sealed class MemoryFolder(long capacity = long.MaxValue) : IRecordingFolder
{
    /// <summary>Bytes that it takes.</summary>
    public long Capacity { get; set; } = capacity;

    readonly Dictionary<string, Held> _files = [];

    public IReadOnlyDictionary<string, byte[]> Files => _files.ToDictionary(file => file.Key, file => file.Value.ToArray());

    public Stream Create(string name) => _files[name] = new Held(this);

    public Stream Read(string name) => _files.TryGetValue(name, out var file) ? new MemoryStream(file.ToArray()) : throw new FileNotFoundException(null, name);

    public void Delete(string name) => _files.Remove(name);

    /// <summary>Bytes that can still be written.</summary>
    long Free => Capacity - _files.Values.Sum(file => file.Size);

    sealed class Held(MemoryFolder disk) : MemoryStream
    {
        public long Size { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Math.Max(0, Position + buffer.Length - Size) > disk.Free)
                throw new IOException("No space left on device");
            base.Write(buffer);
            Size = Length;
        }
    }
}
