using System.Buffers.Binary;

namespace Meetpoint.Media.Codecs;

/// <summary>The payload of a telephone-event packet (RFC 4733 2.3).</summary>
/// <param name="Code">Event code: 0 to 15 are DTMF.</param>
/// <param name="End">The event has ended with this duration.</param>
/// <param name="Volume">Power level, 0 to 63, in -dBm0.</param>
/// <param name="Duration">So far, in units of the RTP clock.</param>
public readonly record struct TelephoneEvent(byte Code, bool End, byte Volume, ushort Duration)
{
    /// <summary>Bytes of one event.</summary>
    public const int Length = 4;

    /// <summary>Name in SDP's rtpmap.</summary>
    public const string Name = "telephone-event";

    const string Digits = "0123456789*#ABCD";

    /// <summary>The key of a DTMF event: 0-9, *, #, A-D; NUL for other events.</summary>
    public char Digit => Code < Digits.Length ? Digits[Code] : '\0';

    /// <summary>The event code of a key; -1 when it is none.</summary>
    public static int CodeOf(char digit) => Digits.IndexOf(char.ToUpperInvariant(digit));

    /// <summary>Reads the first event of a payload.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out TelephoneEvent value)
    {
        value = default;
        if (payload.Length < Length)
            return false;
        value = new TelephoneEvent(
            payload[0], (payload[1] & 0x80) != 0, (byte)(payload[1] & 0x3F), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    /// <summary>Writes the four bytes.</summary>
    public void Write(Span<byte> payload)
    {
        payload[0] = Code;
        payload[1] = (byte)((End ? 0x80 : 0) | Volume);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Duration);
    }
}
