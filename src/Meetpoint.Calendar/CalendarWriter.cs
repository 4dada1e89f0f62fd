using System.Buffers;
using System.Text;

namespace Meetpoint.Calendar;

/// <summary>Writes iCalendar data, strictly by RFC 5545: CRLF, lines folded at 75 octets, never inside a character. Thread safe.</summary>
public static class CalendarWriter
{
    /// <summary>Octets of a line without its CRLF (RFC 5545 section 3.1).</summary>
    const int MaxLineOctets = 75;

    /// <summary>The component as octets of UTF-8.</summary>
    /// <exception cref="ArgumentException">A name is not a token, or a value holds a control character: nobody may write that.</exception>
    public static byte[] Write(CalendarComponent component)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        WriteComponent(output, component, new StringBuilder(128));
        return output.WrittenSpan.ToArray();
    }

    static void WriteComponent(ArrayBufferWriter<byte> output, CalendarComponent component, StringBuilder line)
    {
        RequireToken(component.Name);
        Fold(output, "BEGIN:" + component.Name);
        foreach (var property in component.Lines)
            Fold(output, Compose(property, line.Clear()));
        foreach (var inner in component.Components)
            WriteComponent(output, inner, line);
        Fold(output, "END:" + component.Name);
    }

    static string Compose(ContentLine property, StringBuilder line)
    {
        RequireToken(property.Name);
        line.Append(property.Name);
        foreach (var parameter in property.Parameters)
        {
            RequireToken(parameter.Name);
            line.Append(';').Append(parameter.Name).Append('=');
            for (var i = 0; i < parameter.Values.Count; i++)
            {
                if (i > 0)
                    line.Append(',');
                ParameterText.Append(line, parameter.Values[i]);
            }
        }

        foreach (var c in property.Value)
        {
            if (c != '\t' && char.IsControl(c))
                throw new ArgumentException($"{property.Name} holds a control character (U+{(int)c:X4}); a text is escaped first.");
        }

        return line.Append(':').Append(property.Value).ToString();
    }

    static void Fold(ArrayBufferWriter<byte> output, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MaxLineOctets)
            {
                output.Write("\r\n "u8);
                octets = 1;
            }

            octets += rune.EncodeToUtf8(output.GetSpan(4));
            output.Advance(rune.Utf8SequenceLength);
        }

        output.Write("\r\n"u8);
    }

    internal static bool IsToken(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }

        return name.Length > 0;
    }

    static void RequireToken(string name)
    {
        if (!IsToken(name))
            throw new ArgumentException($"'{name}' is not a name of a property, parameter or component.");
    }
}
