using System.Buffers.Binary;
using System.Text;

namespace Meetpoint.Tests.Support;

/// <summary>An element of a file, with those in it.</summary>
sealed record Element(uint Id, long At, byte[] Body, IReadOnlyList<Element> Children)
{
    public ulong Number => Body.Aggregate(0UL, (value, next) => (value << 8) | next);

    public double Float => BinaryPrimitives.ReadDoubleBigEndian(Body);

    public string Text => Encoding.UTF8.GetString(Body);

    public IEnumerable<Element> All(uint id) => Children.Where(child => child.Id == id);

    public Element One(uint id) => All(id).Single();
}

/// <summary>A frame of a file.</summary>
sealed record Block(int Track, long Ms, bool IsKeyframe, byte[] Frame);

/// <summary>Reads Matroska as another program would, by RFC 8794 and RFC 9559 alone, and not by what writes it.</summary>
sealed class MatroskaFile
{
    static readonly HashSet<uint> _masters = [0x1A45DFA3, 0x18538067, 0x114D9B74, 0x4DBB, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0xE1, 0x1F43B675, 0x1C53BB6B, 0xBB, 0xB7];

    readonly byte[] _bytes;

    public MatroskaFile(byte[] bytes)
    {
        _bytes = bytes;
        Elements = Read(0, bytes.Length);
        Segment = Elements.Single(element => element.Id == 0x18538067);
        SegmentStart = bytes.Length - Segment.Body.Length;
    }

    public IReadOnlyList<Element> Elements { get; }

    public Element Segment { get; }

    public long SegmentStart { get; }

    public Element Info => Segment.One(0x1549A966);

    public IEnumerable<Element> Tracks => Segment.One(0x1654AE6B).Children;

    public IEnumerable<Element> Clusters => Segment.All(0x1F43B675);

    /// <summary>Every frame, in the order of the file.</summary>
    public IEnumerable<Block> Blocks => Clusters.SelectMany(cluster => cluster.All(0xA3).Select(block => new Block(
        block.Body[0] & 0x7F, (long)cluster.One(0xE7).Number + BinaryPrimitives.ReadInt16BigEndian(block.Body.AsSpan(1)), (block.Body[3] & 0x80) != 0, block.Body[4..])));

    public double? DurationMs => Info.All(0x4489).SingleOrDefault()?.Float;

    List<Element> Read(int from, int to)
    {
        var elements = new List<Element>();
        while (from < to)
        {
            var at = from;
            var id = Take(ref from, keepsMarker: true);
            var size = Take(ref from, keepsMarker: false);
            // Of a size that is not known it goes to the end; what is cut off is left out.
            var end = size == (1L << 56) - 1 ? to : from + size;
            if (end > to)
                break;
            elements.Add(new Element((uint)id, at, _bytes[from..(int)end], _masters.Contains((uint)id) ? Read(from, (int)end) : []));
            from = (int)end;
        }

        return elements;
    }

    long Take(ref int at, bool keepsMarker)
    {
        var length = System.Numerics.BitOperations.LeadingZeroCount((uint)_bytes[at]) - 23;
        long value = keepsMarker ? _bytes[at] : _bytes[at] & ((1 << (8 - length)) - 1);
        for (var i = 1; i < length; i++)
            value = (value << 8) | _bytes[at + i];
        at += length;
        return value;
    }
}
