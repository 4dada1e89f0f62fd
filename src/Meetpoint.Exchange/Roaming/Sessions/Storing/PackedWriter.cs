using System.Text;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>Writes numbers in as few octets as they take: seven bits each, the lowest first, the eighth set where more follow. What <see cref="PackedReader"/> reads.</summary>
/// <param name="first">Where it begins to write; more is taken when that is full.</param>
ref struct PackedWriter(Span<byte> first)
{
    const int MaxNumber = 10;

    Span<byte> _buffer = first;
    int _length;
    long _ticks;

    /// <summary>What was written.</summary>
    public readonly byte[] ToArray() => _buffer[.._length].ToArray();

    public void Octet(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    /// <summary>Any number, those from 0 on short.</summary>
    public void Number(long value)
    {
        Reserve(MaxNumber);
        var rest = unchecked((ulong)value);
        for (; rest > 0x7F; rest >>= 7)
            _buffer[_length++] = unchecked((byte)(rest | 0x80));
        _buffer[_length++] = (byte)rest;
    }

    /// <summary>Any number, those near 0 on either side short.</summary>
    public void Signed(long value) => Number(unchecked((value << 1) ^ (value >> 63)));

    /// <summary>In ticks, as the distance from the last that was written.</summary>
    public void Time(Instant value)
    {
        var ticks = value.ToUnixTimeTicks();
        Signed(unchecked(ticks - _ticks));
        _ticks = ticks;
    }

    public void Octets(scoped ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        Raw(value);
    }

    /// <summary>Of a length that the reader knows.</summary>
    public void Raw(scoped ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_buffer[_length..]);
        _length += value.Length;
    }

    /// <summary>Text; hexadecimal in lower case takes half.</summary>
    public void Text(string value)
    {
        if (value.Length > 0 && value.Length % 2 == 0 && !value.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            Number(value.Length | 1);
            Reserve(value.Length / 2);
            Convert.FromHexString(value, _buffer[_length..], out _, out var octets);
            _length += octets;
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Number(length * 2L);
        Reserve(length);
        _length += Encoding.UTF8.GetBytes(value, _buffer[_length..]);
    }

    void Reserve(int octets)
    {
        if (_buffer.Length - _length >= octets)
            return;
        var more = new byte[Math.Max(2 * _buffer.Length, _length + octets)];
        _buffer[.._length].CopyTo(more);
        _buffer = more;
    }
}
