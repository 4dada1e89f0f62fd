namespace Meetpoint.Radius.Packets;

/// <summary>The attributes of a run of bytes, in order. Ends before the first that is malformed; those of a <see cref="RadiusPacket"/> are whole.</summary>
public ref struct AttributeEnumerator
{
    readonly ReadOnlySpan<byte> _bytes;
    int _at;
    int _length;

    /// <summary>Begins before the first.</summary>
    /// <param name="bytes">What the attributes stand in.</param>
    /// <param name="start">Where the first begins.</param>
    public AttributeEnumerator(ReadOnlySpan<byte> bytes, int start)
    {
        _bytes = bytes;
        _at = start;
    }

    /// <summary>Where it stands.</summary>
    public readonly RadiusAttribute Current => new(_bytes.Slice(_at, _length), _at);

    /// <summary>Goes to the next; false after the last.</summary>
    public bool MoveNext()
    {
        var next = _at + _length;
        if (_bytes.Length - next < 2 || _bytes[next + 1] is var length && (length < 2 || length > _bytes.Length - next))
            return false;
        _at = next;
        _length = length;
        return true;
    }

    /// <summary>Itself, for foreach.</summary>
    public readonly AttributeEnumerator GetEnumerator() => this;
}
