using System.Runtime.CompilerServices;
using Meetpoint.Media.Video.Payloads;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// One running number for the pictures of a source, whether its packets have ids of fifteen bits, of seven, or none. A mutable value: keep
/// it in a field.
/// </summary>
struct PictureNumbers
{
    /// <summary>Pictures without an id of which packets may come late.</summary>
    const int Remembered = 16;

    Recent _recent;
    ushort _number;
    int _id;
    int _bits;
    uint _timestamp;
    bool _started;

    /// <summary>The number of the picture of a packet.</summary>
    public ushort Of(in Vp8Descriptor descriptor, uint timestamp)
    {
        var bits = descriptor.PictureId < 0 ? 0 : descriptor.HasLongPictureId ? 15 : 7;
        if (!_started || bits != _bits)
        {
            (_started, _bits, _id, _timestamp) = (true, bits, descriptor.PictureId, timestamp);
            _recent = default;
            return Remember(++_number, timestamp);
        }

        return bits == 0 ? ByTimestamp(timestamp) : ById(descriptor.PictureId, timestamp);
    }

    ushort ById(int id, uint timestamp)
    {
        var shift = 32 - _bits;
        var step = (id - _id) << shift >> shift;
        var number = (ushort)(_number + step);
        if (step <= 0)
            return number;
        (_id, _timestamp) = (id, timestamp);
        return _number = number;
    }

    ushort ByTimestamp(uint timestamp)
    {
        if (timestamp == _timestamp)
            return _number;
        if ((int)(timestamp - _timestamp) > 0)
        {
            _timestamp = timestamp;
            return Remember(++_number, timestamp);
        }

        for (var i = 0; i < Remembered; i++)
        {
            if (_recent[i].Timestamp == timestamp && (ushort)(_number - _recent[i].Number) < Remembered)
                return _recent[i].Number;
        }

        return (ushort)(_number - Remembered); // too old for anybody to miss it
    }

    ushort Remember(ushort number, uint timestamp)
    {
        _recent[number % Remembered] = (timestamp, number);
        return number;
    }

    [InlineArray(Remembered)]
    struct Recent
    {
        (uint Timestamp, ushort Number) _first;
    }
}
