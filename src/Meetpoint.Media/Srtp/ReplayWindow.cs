namespace Meetpoint.Media.Srtp;

/// <summary>
/// The newest packet index of a source and which of the 128 up to it were seen (RFC 3711 3.3.2). Also estimates the 48-bit index of an RTP
/// packet from its 16-bit sequence number. A mutable value: keep it in a field.
/// </summary>
struct ReplayWindow
{
    /// <summary>Indices remembered; RFC 3711 asks for 64 at least.</summary>
    public const int Size = 128;

    /// <summary>First index that does not exist: 32 bits of rollover counter and 16 of sequence number.</summary>
    public const ulong RtpIndexEnd = 1UL << 48;

    const int HalfSequenceSpace = 1 << 15;

    ulong _newest;

    // Bit n stands for the index _newest - n. Zero before the first packet.
    UInt128 _seen;

    /// <summary>
    /// The index nearest to the newest one that has this sequence number (RFC 3711 3.3.1 and appendix A); the rollover counter of a new
    /// source is 0. Before the first wrap nothing lies behind it, so there a far jump is taken as one ahead, as other stacks do: a sender
    /// that starts its numbers anew goes on. KeyExpired when the indices are used up.
    /// </summary>
    public readonly SrtpStatus TryEstimate(ushort sequenceNumber, out ulong index)
    {
        index = sequenceNumber;
        if (_seen == UInt128.Zero)
        {
            return SrtpStatus.Ok;
        }
        var rollover = _newest >> 16;
        var newestSequenceNumber = (int)(ushort)_newest;
        if (newestSequenceNumber - sequenceNumber > HalfSequenceSpace)
        {
            rollover++;
        }
        else if (sequenceNumber - newestSequenceNumber > HalfSequenceSpace && rollover > 0)
        {
            rollover--;
        }
        index |= rollover << 16;
        return index < RtpIndexEnd ? SrtpStatus.Ok : SrtpStatus.KeyExpired;
    }

    /// <summary>Whether a packet of this index may still be taken: Ok, Replayed or TooOld.</summary>
    public readonly SrtpStatus Check(ulong index)
    {
        if (_seen == UInt128.Zero || index > _newest)
        {
            return SrtpStatus.Ok;
        }
        var behind = _newest - index;
        if (behind >= Size)
        {
            return SrtpStatus.TooOld;
        }
        return ((_seen >> (int)behind) & 1) == UInt128.Zero ? SrtpStatus.Ok : SrtpStatus.Replayed;
    }

    /// <summary>Notes an index that <see cref="Check"/> let pass and whose packet is authentic.</summary>
    public void Record(ulong index)
    {
        if (_seen == UInt128.Zero)
        {
            _newest = index;
            _seen = UInt128.One;
        }
        else if (index > _newest)
        {
            var ahead = index - _newest;
            _seen = ahead >= Size ? UInt128.One : (_seen << (int)ahead) | UInt128.One;
            _newest = index;
        }
        else
        {
            _seen |= UInt128.One << (int)(_newest - index);
        }
    }
}
