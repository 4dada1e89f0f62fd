using System.Buffers.Binary;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Payloads;

namespace Meetpoint.Media.Recording;

/// <summary>
/// The units of a picture of H.264 as they come in packets (RFC 6184 sections 5.6 to 5.8), written as files have them: each with its length in four bytes before it (ISO/IEC 14496-15
/// section 5.2.3). Keeps the parameter sets that went by.
/// </summary>
/// <remarks>They stay in the pictures, too: where sources of one size take turns, each brings its own.</remarks>
sealed class AvcUnits
{
    const int IdrSlice = 5, SequenceParameters = 7, PictureParameters = 8, Delimiter = 9, Aggregate = 24, Fragment = 28;
    const int LengthBytes = sizeof(uint);

    /// <summary>Bytes of a parameter set; a configuration counts them in sixteen bits.</summary>
    const int MaxParameterBytes = 1_024;

    byte[] _sequence = [];
    byte[] _picture = [];
    bool _hasNewParameters;
    int _fragmentAt = -1; // where the length of the unit stands whose pieces come

    /// <summary>No unit was begun and not ended.</summary>
    public bool IsWhole => _fragmentAt < 0;

    /// <summary>The picture needs no other.</summary>
    public bool HasKeyframe { get; private set; }

    /// <summary>A picture begins.</summary>
    public void Begin() => (_fragmentAt, HasKeyframe) = (-1, false);

    /// <summary>Takes a packet of it; false when it is none that goes on what came before.</summary>
    public bool TryAdd(ReadOnlySpan<byte> payload, GrowingBytes to)
    {
        switch (payload[0] & 0x1F)
        {
            case Aggregate:
                return IsWhole && TryAddAggregate(payload[1..], to);
            case Fragment:
                return payload.Length > 2 && TryAddFragment(payload, to);
            case 0 or > Fragment or (> Aggregate and < Fragment):
                return false; // not of packetization-mode 1
            default:
                if (!IsWhole)
                    return false;
                AddUnit(payload, to);
                return true;
        }
    }

    /// <summary>What a file says of a keyframe of these parameters; the same object as before while they are the same, and null while there are none.</summary>
    public PictureTrack? TrackOf(PictureTrack? before)
    {
        if (before is not null && !_hasNewParameters)
            return before;
        if (_sequence.Length < 4 || _picture.Length == 0 || !H264ParameterSet.TryReadSize(_sequence.AsSpan(1), out var width, out var height))
            return null;
        _hasNewParameters = false;
        return new PictureTrack(VideoCodec.H264, width, height, Configuration());
    }

    bool TryAddAggregate(ReadOnlySpan<byte> rest, GrowingBytes to)
    {
        while (rest.Length > 2)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length == 0 || length > rest.Length - 2)
                return false;
            AddUnit(rest.Slice(2, length), to);
            rest = rest[(2 + length)..];
        }

        return rest.IsEmpty;
    }

    bool TryAddFragment(ReadOnlySpan<byte> payload, GrowingBytes to)
    {
        var (isFirst, isLast, type) = ((payload[1] & 0x80) != 0, (payload[1] & 0x40) != 0, payload[1] & 0x1F);
        if (isFirst != IsWhole)
            return false;
        if (isFirst)
        {
            _fragmentAt = to.Length;
            to.Take(LengthBytes).Clear();
            to.Take(1)[0] = (byte)((payload[0] & 0xE0) | type);
            HasKeyframe |= type == IdrSlice;
        }

        payload[2..].CopyTo(to.Take(payload.Length - 2));
        if (!isLast)
            return true;
        var length = to.Length - _fragmentAt - LengthBytes;
        BinaryPrimitives.WriteUInt32BigEndian(to.At(_fragmentAt, LengthBytes), (uint)length);
        Keep(to.At(_fragmentAt + LengthBytes, length));
        _fragmentAt = -1;
        return true;
    }

    void AddUnit(ReadOnlySpan<byte> unit, GrowingBytes to)
    {
        var type = unit[0] & 0x1F;
        if (type == Delimiter)
            return;
        HasKeyframe |= type == IdrSlice;
        Keep(unit);
        BinaryPrimitives.WriteUInt32BigEndian(to.Take(LengthBytes), (uint)unit.Length);
        unit.CopyTo(to.Take(unit.Length));
    }

    void Keep(ReadOnlySpan<byte> unit)
    {
        switch (unit[0] & 0x1F)
        {
            case SequenceParameters when unit.Length <= MaxParameterBytes && !unit.SequenceEqual(_sequence):
                (_sequence, _hasNewParameters) = (unit.ToArray(), true);
                break;
            case PictureParameters when unit.Length <= MaxParameterBytes && !unit.SequenceEqual(_picture):
                (_picture, _hasNewParameters) = (unit.ToArray(), true);
                break;
        }
    }

    /// <summary>AVCDecoderConfigurationRecord: profile and level as the sequence has them, lengths of four bytes, one set of each.</summary>
    byte[] Configuration()
    {
        var record = new byte[11 + _sequence.Length + _picture.Length];
        (record[0], record[1], record[2], record[3], record[4], record[5]) = (1, _sequence[1], _sequence[2], _sequence[3], 0xFF, 0xE1);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(6), (ushort)_sequence.Length);
        _sequence.CopyTo(record, 8);
        var at = 8 + _sequence.Length;
        record[at] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(at + 1), (ushort)_picture.Length);
        _picture.CopyTo(record, at + 3);
        return record;
    }
}
