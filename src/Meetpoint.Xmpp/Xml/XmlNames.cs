using System.Text;

namespace Meetpoint.Xmpp.Xml;

/// <summary>
/// Strings for bytes that come again and again: names, namespaces, addresses. A bounded table in which a newcomer takes the place of who had its slot,
/// so that a sender of ever new names costs no memory.
/// </summary>
/// <remarks>Not thread safe; one for all streams of a loop.</remarks>
sealed class XmlNames
{
    const int Slots = 1_024;
    const int MaxKeptBytes = 96;

    readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[Slots];

    /// <summary>The string of these bytes, which are UTF-8.</summary>
    internal string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return "";
        if (bytes.Length > MaxKeptBytes)
            return Encoding.UTF8.GetString(bytes);
        var hash = new HashCode();
        hash.AddBytes(bytes);
        ref var slot = ref _slots[(uint)hash.ToHashCode() % Slots];
        if (slot.Bytes is not null && bytes.SequenceEqual(slot.Bytes))
            return slot.Text;
        slot = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        return slot.Text;
    }
}
