using System.Text;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
/// <remarks>It is our own store's: where it ends too soon it is broken, and that is an <see cref="InvalidDataException"/>.</remarks>
ref struct PackedReader(ReadOnlySpan<byte> data)
{
    readonly ReadOnlySpan<byte> _data = data;
    int _at;
    long _ticks;

    /// <summary>True when all is read.</summary>
    public readonly bool IsAtEnd => _at >= _data.Length;

    public byte Octet() => Raw(1)[0];

    public long Number()
    {
        var value = 0ul;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = Octet();
            value |= unchecked((ulong)(octet & 0x7F) << shift);
            if (octet < 0x80)
                return unchecked((long)value);
        }

        throw new InvalidDataException("A number of a packed row does not end.");
    }

    public int Count() => checked((int)Number());

    public long Signed()
    {
        var value = unchecked((ulong)Number());
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    public Instant Time()
    {
        _ticks = unchecked(_ticks + Signed());
        return Instant.FromUnixTimeTicks(_ticks);
    }

    public ReadOnlySpan<byte> Octets() => Raw(Count());

    public ReadOnlySpan<byte> Raw(int length)
    {
        if (length < 0 || length > _data.Length - _at)
            throw new InvalidDataException("A packed row ends too soon.");
        var value = _data.Slice(_at, length);
        _at += length;
        return value;
    }

    public string Text()
    {
        var head = Count();
        return (head & 1) != 0 ? Convert.ToHexStringLower(Raw(head / 2)) : Encoding.UTF8.GetString(Raw(head / 2));
    }
}
