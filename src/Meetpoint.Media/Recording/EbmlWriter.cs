using System.Buffers.Binary;
using System.Text;

namespace Meetpoint.Media.Recording;

/// <summary>Writes elements of EBML (RFC 8794) one after the other into memory, until the caller takes them. One thread.</summary>
sealed class EbmlWriter : GrowingBytes
{
    /// <summary>Bytes of the size of a master, whatever it is: it stands before what it counts. Up to 256 MiB.</summary>
    const int MasterSizeLength = 4;

    /// <summary>Begins a master; what is written until <see cref="End"/> is in it.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(uint id)
    {
        Id(id);
        Take(MasterSizeLength).Clear();
        return Length;
    }

    /// <summary>Ends a master.</summary>
    public void End(int begun) =>
        BinaryPrimitives.WriteUInt32BigEndian(At(begun - MasterSizeLength, MasterSizeLength), 0x1000_0000u | (uint)(Length - begun));

    /// <summary>A number, in as few bytes as it needs.</summary>
    public void Unsigned(uint id, ulong value)
    {
        var length = Math.Max(1, 8 - (System.Numerics.BitOperations.LeadingZeroCount(value) / 8));
        Id(id);
        Size(length);
        var to = Take(length);
        for (var i = 0; i < length; i++)
            to[i] = (byte)(value >> (8 * (length - 1 - i)));
    }

    /// <summary>A number of double precision.</summary>
    public void Float(uint id, double value)
    {
        Id(id);
        Size(sizeof(double));
        BinaryPrimitives.WriteDoubleBigEndian(Take(sizeof(double)), value);
    }

    /// <summary>Words.</summary>
    public void Text(uint id, string value) => Bytes(id, Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes as they are.</summary>
    public void Bytes(uint id, ReadOnlySpan<byte> value)
    {
        Id(id);
        Size(value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>Room for something that is not known yet: an element that readers pass over (RFC 8794 section 11.3.2).</summary>
    /// <param name="bytes">All of it, 2 to 128.</param>
    public void Void(int bytes)
    {
        Id(MatroskaId.Void);
        Size(bytes - 2);
        Take(bytes - 2).Clear();
    }

    /// <summary>An id, as the tables of formats have it: its length stands in its first bits.</summary>
    public void Id(uint id)
    {
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            if (id >> shift != 0)
                Take(1)[0] = (byte)(id >> shift);
        }
    }

    /// <summary>The size of what follows, in as few bytes as it needs; all ones stand for an unknown size, and are not used.</summary>
    public void Size(int value)
    {
        var length = 1;
        while (length < 5 && value >= (1L << (7 * length)) - 1)
            length++;
        var to = Take(length);
        for (var i = 0; i < length; i++)
            to[i] = (byte)((long)value >> (8 * (length - 1 - i)));
        to[0] |= (byte)(0x80 >> (length - 1));
    }
}
