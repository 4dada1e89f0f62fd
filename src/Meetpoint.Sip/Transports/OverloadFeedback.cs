using System.Globalization;
using System.Text;

namespace Meetpoint.Sip;

/// <summary>
/// What a server in overload tells the one before it in the top Via of an answer (RFC 7339): the part of new requests to send elsewhere or refuse, for how
/// long, and which telling is the newer.
/// </summary>
/// <param name="Percent">"oc": 0 to 100.</param>
/// <param name="ValidForMs">"oc-validity": 0 ends it.</param>
/// <param name="Sequence">"oc-seq": grows with each telling of a server.</param>
public readonly record struct OverloadFeedback(int Percent, int ValidForMs, decimal Sequence)
{
    /// <summary>Where none is said (section 4.3).</summary>
    public const int DefaultValidMs = 500;

    /// <summary>Longest that is believed, whatever is said.</summary>
    public const int MaxValidMs = 60_000;

    const int MaxSequenceDigits = 24;

    /// <summary>What asks for it in our own Via: the loss-based algorithm is the one that everybody has (section 6).</summary>
    internal static ReadOnlySpan<byte> Asking => ";oc;oc-algo=\"loss\""u8;

    /// <summary>Room that it needs in a Via.</summary>
    internal const int MaxBytes = 96;

    /// <summary>What a Via of ours came back with; false when nothing, or nothing that can be read.</summary>
    public static bool TryRead(in ViaView via, out OverloadFeedback feedback)
    {
        feedback = default;
        if (!via.Parameters.TryGet("oc"u8, out var oc) || !SipLexer.TryNumber(oc, 100, out var percent) || !IsLoss(via.Parameters["oc-algo"u8]))
            return false;
        var validity = via.Parameters["oc-validity"u8];
        var validMs = validity.IsEmpty ? DefaultValidMs : SipLexer.TryNumber(validity, int.MaxValue, out var ms) ? (int)Math.Min(ms, MaxValidMs) : -1;
        var sequence = via.Parameters["oc-seq"u8];
        if (validMs < 0 || sequence.Length > MaxSequenceDigits || !decimal.TryParse(Encoding.ASCII.GetString(sequence), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var order))
            return false;
        feedback = new OverloadFeedback((int)percent, validMs, order);
        return true;
    }

    /// <summary>True when who wrote this Via asks to be told, and does as the loss-based algorithm says.</summary>
    internal static bool IsAskedBy(ReadOnlySpan<byte> via) =>
        via.IndexOf("oc"u8) >= 0 && ViaView.TryParse(via, out var view) && view.Parameters.TryGet("oc"u8, out var oc) && oc.IsEmpty && IsLoss(view.Parameters["oc-algo"u8]);

    /// <summary>Writes a Via that asks, with this in the place of the question. False when it does not fit.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> via, Span<byte> told, out int length)
    {
        length = 0;
        if (told.Length < via.Length + MaxBytes)
            return false;
        var writer = new ViaWriter(told);
        writer.Copy(via, static name => SipLexer.EqualsIgnoreCase(name, "oc"u8) || (name.Length > 3 && SipLexer.EqualsIgnoreCase(name[..3], "oc-"u8)));
        writer.Append(";oc="u8);
        writer.Append(Percent);
        writer.Append(";oc-algo=\"loss\";oc-validity="u8);
        writer.Append(ValidForMs);
        writer.Append(";oc-seq="u8);
        writer.Append(Sequence, new System.Buffers.StandardFormat('F', 3));
        length = writer.Length;
        return true;
    }

    /// <summary>
    /// Puts it into the first Via of an answer that is about to go out. False, and nothing to send, when there is none that asks, or no room.
    /// </summary>
    internal bool TryTell(ReadOnlySpan<byte> answer, Span<byte> told, out int length)
    {
        length = 0;
        if (!TryFirstVia(answer, out var start, out var end) || !IsAskedBy(answer[start..end]) || told.Length < answer.Length + MaxBytes)
            return false;
        Append(told, ref length, answer[..start]);
        if (!TryWrite(answer[start..end], told[length..], out var written))
            return false;
        length += written;
        Append(told, ref length, answer[end..]);
        return true;
    }

    static bool TryFirstVia(ReadOnlySpan<byte> answer, out int start, out int end)
    {
        start = end = 0;
        for (var line = answer.IndexOf((byte)'\n') + 1; line > 0 && line < answer.Length && answer[line] != '\r';)
        {
            var rest = answer[line..];
            var length = rest.IndexOf((byte)'\n');
            if (length < 0)
                return false;
            var colon = rest[..length].IndexOf((byte)':');
            var name = SipLexer.Trim(rest[..Math.Max(0, colon)]);
            if (colon > 0 && (SipLexer.EqualsIgnoreCase(name, "Via"u8) || SipLexer.EqualsIgnoreCase(name, "v"u8)))
            {
                var values = rest[(colon + 1)..length];
                var first = values;
                if (!SipLexer.NextListValue(ref first, out var value) || value.IsEmpty)
                    return false;
                start = line + colon + 1 + values.IndexOf(value);
                end = start + value.Length;
                return true;
            }

            line += length + 1;
        }

        return false;
    }

    static bool IsLoss(ReadOnlySpan<byte> algorithms) => algorithms.IsEmpty || algorithms.IndexOf("loss"u8) >= 0;

    static void Append(Span<byte> to, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[length..]);
        length += text.Length;
    }
}
