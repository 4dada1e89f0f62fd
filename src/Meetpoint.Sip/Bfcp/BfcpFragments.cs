namespace Meetpoint.Sip.Bfcp;

/// <summary>Messages that do not fit in a datagram go in several, each with the header and its part of the payload (RFC 8855 section 6.2.3).</summary>
public static class BfcpFragments
{
    /// <summary>Octets of a datagram: what every way carries that nothing is known of.</summary>
    public const int MaxDatagramBytes = 1_200;

    const int PartBytes = (MaxDatagramBytes - BfcpHeader.Length - BfcpHeader.FragmentLength) & ~3;

    /// <summary>The datagrams of a message: itself where it fits.</summary>
    public static IReadOnlyList<byte[]> Split(byte[] message)
    {
        if (message.Length <= MaxDatagramBytes || !BfcpHeader.TryRead(message, out var header))
            return [message];
        var fragments = new List<byte[]>();
        for (var offset = 0; offset < header.PayloadBytes; offset += PartBytes)
        {
            var part = header with { IsFragment = true, Offset = offset, FragmentBytes = Math.Min(PartBytes, header.PayloadBytes - offset) };
            var bytes = new byte[part.WireLength + part.FragmentBytes];
            part.Write(bytes);
            message.AsSpan(BfcpHeader.Length + offset, part.FragmentBytes).CopyTo(bytes.AsSpan(part.WireLength));
            fragments.Add(bytes);
        }

        return fragments;
    }
}

/// <summary>Puts one message together from its fragments, which come in any order and perhaps twice. A fragment of another message begins anew: a sender has one at a time.</summary>
sealed class BfcpReassembly
{
    readonly List<(int From, int To)> _have = [];
    BfcpHeader _header;
    byte[]? _bytes;
    long _untilNs;

    /// <summary>Fragments of a message: no sender needs more for what is taken, and each costs a look at all.</summary>
    public const int MaxFragments = 64;

    /// <summary>Takes a fragment; gives the whole message once there is one, and otherwise nothing.</summary>
    /// <param name="fragment">A datagram whose header says that it is one.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="error">What is wrong with it.</param>
    public byte[]? Take(ReadOnlySpan<byte> fragment, long nowNs, out BfcpErrorCode error)
    {
        error = BfcpErrorCode.IncorrectLength;
        if (!BfcpHeader.TryRead(fragment, out var header) || !header.IsFragment || fragment.Length != header.WireLength + header.FragmentBytes || header.FragmentBytes == 0
            || header.Offset + header.FragmentBytes > header.PayloadBytes || BfcpHeader.Length + header.PayloadBytes > BfcpMessage.MaxBytes)
            return null;
        error = BfcpErrorCode.None;
        var whole = header with { IsFragment = false, Offset = 0, FragmentBytes = 0 };
        if (_bytes is null || whole != _header || nowNs >= _untilNs || _have.Count >= MaxFragments)
        {
            _have.Clear();
            _header = whole;
            _untilNs = nowNs + BfcpAssociation.ResponseKeptNs;
            _bytes = new byte[BfcpHeader.Length + whole.PayloadBytes];
            whole.Write(_bytes);
        }

        fragment[header.WireLength..].CopyTo(_bytes.AsSpan(BfcpHeader.Length + header.Offset));
        _have.Add((header.Offset, header.Offset + header.FragmentBytes));
        if (!IsWhole())
            return null;
        var message = _bytes;
        _bytes = null;
        return message;
    }

    bool IsWhole()
    {
        _have.Sort();
        var to = 0;
        foreach (var (from, end) in _have)
        {
            if (from > to)
                return false;
            to = Math.Max(to, end);
        }

        return to == _header.PayloadBytes;
    }
}
