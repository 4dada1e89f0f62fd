namespace Meetpoint.Sip.Bfcp;

/// <summary>Cuts a stream into messages by the length in their headers, holding at most <see cref="BfcpMessage.MaxBytes"/>. Not thread safe.</summary>
sealed class BfcpStreamFramer
{
    readonly byte[] _bytes = new byte[BfcpMessage.MaxBytes];
    int _held;

    /// <summary>Takes octets off the front of what came; gives a message when one is whole.</summary>
    /// <param name="received">What came; what is taken is gone from it.</param>
    /// <param name="message">A whole message, lent until the next call.</param>
    /// <returns>False when more is needed.</returns>
    /// <exception cref="InvalidOperationException">The stream is broken already.</exception>
    public bool TryTake(ref ReadOnlySpan<byte> received, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (IsBroken)
            throw new InvalidOperationException("A stream that cannot be followed is closed");
        Fill(ref received, BfcpHeader.Length);
        if (_held < BfcpHeader.Length || !BfcpHeader.TryRead(_bytes.AsSpan(0, BfcpHeader.Length + BfcpHeader.FragmentLength), out var header))
            return false;
        var length = BfcpHeader.Length + header.PayloadBytes;
        // Nothing is in fragments over a stream (RFC 8855 section 6.1), and where one ended nobody would know.
        if (header.IsFragment || length > BfcpMessage.MaxBytes)
        {
            IsBroken = true;
            return false;
        }

        Fill(ref received, length);
        if (_held < length)
            return false;
        _held = 0;
        message = _bytes.AsSpan(0, length);
        return true;
    }

    /// <summary>It cannot be followed any more, and is to be closed.</summary>
    public bool IsBroken { get; private set; }

    void Fill(ref ReadOnlySpan<byte> received, int to)
    {
        var count = Math.Min(received.Length, Math.Max(0, to - _held));
        received[..count].CopyTo(_bytes.AsSpan(_held));
        _held += count;
        received = received[count..];
    }
}
