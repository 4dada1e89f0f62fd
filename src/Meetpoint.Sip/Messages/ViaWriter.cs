using System.Buffers.Text;

namespace Meetpoint.Sip;

/// <summary>Writes a Via value anew into a buffer, with other parameters in place of some of its own. Who has it sees to it that the buffer has room.</summary>
ref struct ViaWriter(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;

    /// <summary>True for a parameter that is left out.</summary>
    public delegate bool Filter(ReadOnlySpan<byte> name);

    /// <summary>Octets so far.</summary>
    public int Length { get; private set; }

    /// <summary>Writes what stands.</summary>
    /// <param name="via">The value as it came.</param>
    /// <param name="isLeftOut">Says so of a parameter by its name.</param>
    public void Copy(scoped ReadOnlySpan<byte> via, Filter isLeftOut)
    {
        var semicolon = via.IndexOf((byte)';');
        Append(semicolon < 0 ? via : via[..semicolon]);
        var rest = semicolon < 0 ? default : via[semicolon..];
        while (SipParameters.Next(ref rest, out var name, out var value))
        {
            if (isLeftOut(name))
                continue;
            Append(";"u8);
            Append(name);
            if (value.IsEmpty)
                continue;
            Append("="u8);
            Append(value);
        }
    }

    public void Append(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer[Length..]);
        Length += text.Length;
    }

    public void Append(int number)
    {
        Utf8Formatter.TryFormat(number, _buffer[Length..], out var digits);
        Length += digits;
    }

    public void Append(decimal number, System.Buffers.StandardFormat format)
    {
        Utf8Formatter.TryFormat(number, _buffer[Length..], out var digits, format);
        Length += digits;
    }
}
